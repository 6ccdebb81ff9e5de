// Lists of the side panel: edges one can go to, and who proved to be whom.
import { el, statusMark } from "../parts/dom";
import { byteRate, middle, rate } from "../parts/format";
import { STATUS_WORDS } from "../parts/messages";
import { bytesOf, type GraphEdge, severity, titleOf } from "./model";
import { part, type Subject } from "./panel";
import { strength } from "./sums";

const MOST = 8;

export function worstFirst(a: GraphEdge, b: GraphEdge): number {
  return (
    severity(a.health.status) - severity(b.health.status) ||
    (b.error_rate ?? 0) - (a.error_rate ?? 0) ||
    strength(b) - strength(a)
  );
}

/** Edges as links; `from` leaves out the side that is known already. */
export function edgeList(subject: Subject, edges: GraphEdge[], from?: "source" | "target"): HTMLElement {
  const { model } = subject;
  const rows = [...edges]
    .sort(worstFirst)
    .slice(0, MOST)
    .map((edge) => {
      const [source, target] = [titleOf(model.nodes.get(edge.source)), titleOf(model.nodes.get(edge.target))];
      const words = from === "source" ? `→ ${target}` : from === "target" ? `${source} →` : `${source} → ${target}`;
      const short = from ? middle(words, 32) : `${middle(source, 15)} → ${middle(target, 15)}`;
      const link = el(
        "button",
        { type: "button", class: "list-row", title: words, "data-focus": edge.id },
        statusMark(edge.health.status, STATUS_WORDS[edge.health.status] ?? ""),
        el("span", { class: "list-words" }, short),
      );
      link.append(
        el("span", { class: "number muted" }, edge.protocol === "tcp" ? byteRate(bytesOf(edge)) : rate(edge.rate)),
      );
      link.addEventListener("click", () => subject.select(edge.id));
      return el("li", {}, link);
    });
  const more =
    edges.length > MOST
      ? el("li", { class: "muted more" }, `and ${edges.length - MOST} more; the table has them all`)
      : null;
  return el("ul", { class: "list" }, ...rows, more);
}

export function principalsPart(principals: NonNullable<GraphEdge["principals"]>): HTMLElement | null {
  const rows = (["source", "target"] as const).flatMap((side) =>
    principals[side]
      .slice(0, 4)
      .map((name) => [
        el("dt", {}, side === "source" ? "client" : "server"),
        el("dd", { class: "mono", title: name }, middle(name.replace(/^spiffe:\/\/(cluster\.local\/)?/, ""), 38)),
      ]),
  );
  return rows.length ? part("Principals", el("dl", { class: "principals" }, ...rows.flat())) : null;
}
