// Response times: the distribution as a small picture, percentiles in figures below.
import { el, svg } from "../parts/dom";
import { duration, exact } from "../parts/format";
import { bars } from "./distribution";
import type { GraphEdge, Latency } from "./model";
import { part } from "./panel";

const WIDTH = 316;
const HEIGHT = 56;

export function responseTimePart(edge: Pick<GraphEdge, "latency" | "latency_buckets">): HTMLElement | null {
  if (!edge.latency) return null;
  return part("Response time", picture(edge), percentiles(edge.latency));
}

function picture(edge: Pick<GraphEdge, "latency" | "latency_buckets">): SVGElement | null {
  const all = bars(edge);
  if (all.length === 0) return null;
  const step = WIDTH / all.length;
  const words = all
    .filter((bar) => bar.height > 0)
    .map((bar) => bar.words)
    .join("; ");
  const drawing = svg("svg", {
    class: "distribution",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": `Response times: ${words}`,
  });
  all.forEach((bar, index) => {
    const height = bar.height > 0 ? Math.max(1.5, bar.height * (HEIGHT - 3)) : 0;
    const at = { x: index * step + 0.75, width: Math.max(1, step - 1.5) };
    drawing.append(svg("rect", { class: bar.late ? "late" : "usual", ...at, y: HEIGHT - 1 - height, height, rx: 1.5 }));
    drawing.append(svg("rect", { class: "hover", ...at, y: 0, height: HEIGHT }, svg("title", {}, bar.words)));
  });
  drawing.append(svg("line", { x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5 }));
  return drawing;
}

export function percentiles(latency: Latency): HTMLElement {
  const entries: [string, number | null][] = [
    ["p50", latency.p50_ms],
    ["p90", latency.p90_ms],
    ["p95", latency.p95_ms],
    ["p99", latency.p99_ms],
  ];
  const cells = entries.map(([name, value]) =>
    el(
      "div",
      { title: exact(value, "ms") },
      el("span", { class: "muted" }, name),
      el("b", { class: "number" }, duration(value)),
    ),
  );
  return el("div", { class: "percentiles" }, ...cells);
}
