// What shapes, colours and lines mean; drawn by the same hand as the picture.
import { el, fill, statusMark, svg } from "../parts/dom";

const SHAPES: [string, string, string][] = [
  ["Workload", "circle", ""],
  ["App", "rect", ""],
  ["Service", "polygon", "12,2 22,12 12,22 2,12"],
  ["Gateway", "polygon", "6,5 18,5 23,12 18,19 6,19 1,12"],
  ["External host", "polygon", "6,5 18,5 22,19 2,19"],
  ["Passthrough: outside, no entry", "polygon", "6,6 23,6 18,18 1,18"],
  ["Black hole: blocked", "polygon", "8,2 16,2 22,8 22,16 16,22 8,22 2,16 2,8"],
  ["Unknown: no identity was sent", "circle", "dashed"],
];

const LINES: [string, string][] = [
  ["healthy", "Healthy"],
  ["degraded", "Degraded"],
  ["failure", "Failing"],
  ["idle", "Idle"],
  ["tcp", "TCP; wider is more bytes"],
];

function shape([words, kind, detail]: [string, string, string]): HTMLElement {
  const outline =
    kind === "polygon"
      ? svg("polygon", { points: detail })
      : kind === "rect"
        ? svg("rect", { x: 2, y: 2, width: 20, height: 20, rx: 5 })
        : svg("circle", { cx: 12, cy: 12, r: 10, "stroke-dasharray": detail === "dashed" ? "3 2.5" : null });
  return el(
    "li",
    {},
    svg("svg", { class: "legend-shape", viewBox: "0 0 24 24", "aria-hidden": "true" }, outline),
    words,
  );
}

function line([status, words]: [string, string]): HTMLElement {
  const stroke = svg("line", { class: status, x1: 0, x2: 34, y1: 6, y2: 6 });
  const row = el("li", {}, svg("svg", { class: "legend-line", viewBox: "0 0 34 12", "aria-hidden": "true" }, stroke));
  if (status !== "tcp") row.append(statusMark(status));
  row.append(words);
  return row;
}

export function fillLegend(panel: HTMLElement): void {
  fill(
    panel,
    el("div", { class: "popover-title" }, "Nodes"),
    el("ul", { class: "legend" }, ...SHAPES.map(shape)),
    el("hr"),
    el("div", { class: "popover-title" }, "Edges: wider is more requests"),
    el("ul", { class: "legend" }, ...LINES.map(line)),
    el("hr"),
    el("p", { class: "popover-title" }, "Calls go from left to right. Traffic shown is what the window saw."),
  );
}
