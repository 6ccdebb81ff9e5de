// A node, or a box of them, in words and figures.
import { button, el, statusMark } from "../parts/dom";
import { byteRate, exact, middle, plural, rate, share } from "../parts/format";
import { STATUS_WORDS, verdict } from "../parts/messages";
import { answersPart } from "./answers";
import { sumBuckets } from "./buckets";
import { type GraphEdge, type GraphNode, nameOf, severity, titleOf } from "./model";
import { type Figure, figures, heading, part, type Subject } from "./panel";
import { edgeList } from "./panel-lists";
import { responseTimePart } from "./response-time";
import { sumEdges } from "./sums";

const KINDS: Record<string, string> = {
  workload: "Workload",
  app: "App",
  service: "Service",
  operation: "Operation",
  external: "External host",
  passthrough: "Passthrough",
  blackhole: "Black hole",
  unknown: "Unknown",
  box: "Box",
};

export function nodePanel(subject: Subject, node: GraphNode): HTMLElement[] {
  const edges = subject.model.edgesOf(node.id);
  const inbound = edges.filter(({ target }) => target === node.id);
  const outbound = edges.filter(({ source }) => source === node.id);
  const parts: (HTMLElement | null)[] = [
    heading(kindLine(node), titleOf(node), [node.namespace, titleOf(node)].filter(Boolean).join(" / ")),
    node.cause ? el("p", { class: "cause" }, node.cause.message) : null,
    verdict(node.health),
    badges(node),
    trafficFigures(inbound, outbound),
    inbound.length ? answersPart(sumEdges("", "", "", inbound).responses ?? []) : null,
    inbound.length ? responseTimePart(sumBuckets(inbound)) : null,
    inbound.length ? part(`Called by ${inbound.length}`, edgeList(subject, inbound, "target")) : null,
    outbound.length ? part(`Calls ${outbound.length}`, edgeList(subject, outbound, "source")) : null,
    edges.length === 0 ? el("p", { class: "muted" }, "No traffic in this window.") : null,
    identity(node),
  ];
  return parts.filter((part): part is HTMLElement => part !== null);
}

function kindLine(node: GraphNode): string {
  const where = [node.namespace, node.cluster].filter((name) => name && name !== "unknown");
  return [node.badges.includes("gateway") ? "Gateway" : (KINDS[node.kind] ?? node.kind), ...where].join(" · ");
}

function badges(node: GraphNode): HTMLElement | null {
  if (node.badges.length === 0) return null;
  return el(
    "p",
    { class: "chips" },
    ...node.badges.map((badge) => el("span", { class: "chip" }, badge.replaceAll("_", " "))),
  );
}

function trafficFigures(inbound: GraphEdge[], outbound: GraphEdge[]): HTMLElement {
  return figures([...direction("in", inbound), ...direction("out", outbound)]);
}

function direction(words: string, edges: GraphEdge[]): (Figure | null)[] {
  if (edges.length === 0) return [];
  const sum = sumEdges("", "", "", edges);
  const failing = Boolean(sum.error_rate);
  return [
    sum.rate === null
      ? null
      : { words: `Requests ${words}`, value: rate(sum.rate), exact: exact(sum.rate, "requests per second") },
    sum.rate === null
      ? null
      : {
          words: `Errors ${words}`,
          value: failing ? `${rate(sum.error_rate)} · ${share(sum.error_share)}` : "none",
          exact: exact(sum.error_rate, "errors per second"),
          tone: failing && sum.health.status !== "healthy" ? sum.health.status : "",
        },
    sum.tcp
      ? {
          words: `TCP ${words}: sent / received`,
          value: `${byteRate(sum.tcp.sent_rate)} / ${byteRate(sum.tcp.received_rate)}`,
        }
      : null,
    sum.mtls_share === null
      ? null
      : {
          words: `mTLS ${words}`,
          value: sum.mtls_share > 0 ? share(sum.mtls_share) : "none, plain text",
          exact: exact(sum.mtls_share, ""),
          tone: sum.mtls_share < 0.9999 ? "degraded" : "",
        },
  ];
}

function identity(node: GraphNode): HTMLElement | null {
  const rows: [string, string | null | undefined][] = [
    ["Namespace", node.namespace],
    ["Workload", node.workload],
    ["App", node.app],
    ["Version", node.version],
    ["Service", node.service],
    ["Cluster", node.cluster],
  ];
  const known = rows.filter(([, value]) => value);
  return known.length
    ? part("Identity", figures(known.map(([words, value]) => ({ words, value: middle(value!, 30), exact: value! }))))
    : null;
}

export function boxPanel(subject: Subject, box: GraphNode): HTMLElement[] {
  const { model } = subject;
  const members = subject.members ?? model.leavesOf(box.id);
  const inside = new Set(members.map(({ id }) => id));
  const all = [...model.edges.values()];
  const within = all.filter(({ source, target }) => inside.has(source) && inside.has(target));
  const into = all.filter(({ source, target }) => !inside.has(source) && inside.has(target));
  const out = all.filter(({ source, target }) => inside.has(source) && !inside.has(target));
  const look = button("Look inside", { icon: "scan" });
  look.addEventListener("click", () => subject.enter(box.id));
  const kind = box.box === "app" ? "App" : box.box === "cluster" ? "Cluster" : "Namespace";
  const parts: (HTMLElement | null)[] = [
    heading(`${kind} · ${plural(members.length, "node")}`, nameOf(box)),
    box.health.status === "unknown" && box.health.reasons.length === 0 ? null : verdict(box.health),
    el("div", { class: "actions" }, look),
    figures([...direction("in", into), ...direction("inside", within), ...direction("out", out)]),
    into.length || within.length ? answersPart(sumEdges("", "", "", [...into, ...within]).responses ?? []) : null,
    into.length || within.length ? responseTimePart(sumBuckets([...into, ...within])) : null,
    part("Nodes", memberList(subject, members)),
  ];
  return parts.filter((part): part is HTMLElement => part !== null);
}

const MOST = 12;

function memberList(subject: Subject, members: GraphNode[]): HTMLElement {
  const sorted = [...members].sort(
    (a, b) => severity(a.health.status) - severity(b.health.status) || titleOf(a).localeCompare(titleOf(b)),
  );
  const rows = sorted.slice(0, MOST).map((node) => {
    const row = el(
      "button",
      { type: "button", class: "list-row", title: titleOf(node), "data-focus": node.id },
      statusMark(node.health.status, STATUS_WORDS[node.health.status] ?? ""),
      el("span", { class: "list-words" }, middle(titleOf(node), 36)),
    );
    row.addEventListener("click", () => subject.select(node.id));
    return el("li", {}, row);
  });
  const more = members.length > MOST ? el("li", { class: "muted more" }, `and ${members.length - MOST} more`) : null;
  return el("ul", { class: "list" }, ...rows, more);
}
