// Nothing selected: the verdict on what is shown, its totals, and the worst of it.
import { el } from "../parts/dom";
import { byteRate, exact, plural, rate, share } from "../parts/format";
import { verdict } from "../parts/messages";
import type { Totals } from "./model";
import { type Figure, figures, part, type Subject } from "./panel";
import { edgeList, worstFirst } from "./panel-lists";
import { percentiles } from "./response-time";

export function totalsPanel(subject: Subject): HTMLElement[] {
  const { totals } = subject.model.document;
  const worst = [...subject.model.edges.values()]
    .filter(({ health }) => ["failure", "degraded"].includes(health.status))
    .sort(worstFirst);
  const judged = totals.verdict ?? { status: "unknown", sentence: "No verdict." };
  const latency = totals.http?.latency;
  const parts: (HTMLElement | null)[] = [
    el(
      "header",
      { class: "panel-head plain" },
      el("p", { class: "muted" }, `${plural(totals.nodes, "node")}, ${plural(totals.edges, "edge")}`),
      el("h2", {}, "What is shown"),
    ),
    verdict({ status: judged.status, reasons: [{ code: "verdict", message: judged.sentence }] }),
    figures(totalFigures(totals)),
    latency ? part("Response time, HTTP", percentiles(latency)) : null,
    worst.length ? part("Worst edges", edgeList(subject, worst)) : null,
    el("p", { class: "muted hint" }, "Select a node, an edge or a box for its figures."),
  ];
  return parts.filter((part): part is HTMLElement => part !== null);
}

export function totalFigures(totals: Totals): (Figure | null)[] {
  const requests = (words: string, of: Totals["http"] | Totals["grpc"]): (Figure | null)[] => {
    if (!of || of.rate === null || of.rate === 0) return [];
    const failing = Boolean(of.error_rate);
    return [
      { words: `${words} requests`, value: rate(of.rate), exact: exact(of.rate, "requests per second") },
      {
        words: `${words} errors`,
        value: failing ? `${rate(of.error_rate)} · ${share(of.error_share)}` : "none",
        exact: exact(of.error_rate, "errors per second"),
      },
    ];
  };
  const tcp = totals.tcp && ((totals.tcp.sent_rate ?? 0) > 0 || (totals.tcp.received_rate ?? 0) > 0);
  return [
    ...requests("HTTP", totals.http),
    ...requests("gRPC", totals.grpc),
    tcp
      ? {
          words: "TCP sent / received",
          value: `${byteRate(totals.tcp!.sent_rate)} / ${byteRate(totals.tcp!.received_rate)}`,
        }
      : null,
  ];
}
