// Nodes that stand free whatever their namespace: hosts outside the mesh, and gateways that have nobody to talk to in their box.
// Inside boxes they would draw lines backwards: an egress gateway belongs right of its callers.
import { type Flow, type GraphDocument, type GraphEdge, type GraphNode, isGateway } from "./model";

/** The document with those nodes outside their boxes, without boxes that hold nothing else. */
export function setFree(document: GraphDocument): GraphDocument {
  const boxes = new Map(document.nodes.filter(({ kind }) => kind === "box").map((box) => [box.id, box]));
  const members = new Map<string, GraphNode[]>();
  for (const node of document.nodes)
    if (node.kind !== "box" && node.parent) members.set(node.parent, [...(members.get(node.parent) ?? []), node]);
  const moved = new Set<string>();
  const empty = new Set<string>();
  const left = new Set<string>();
  for (const [id, inside] of members) {
    if (boxes.get(id)?.box !== "namespace") continue;
    const hasInner = [...boxes.values()].some(({ parent }) => parent === id);
    const free = hasInner ? inside.filter(({ kind }) => kind === "external") : strangers(inside, document.edges);
    for (const node of free) moved.add(node.id);
    if (free.length === inside.length && !hasInner) empty.add(id);
    else if (free.length) left.add(id);
  }
  if (moved.size === 0) return document;
  const nodes = document.nodes
    .filter(({ id }) => !empty.has(id))
    .map((node) => (moved.has(node.id) ? { ...node, parent: boxes.get(node.parent!)?.parent ?? null } : node));
  return { ...document, nodes: nodes.map((node) => (left.has(node.id) ? recount(node, nodes, document.edges) : node)) };
}

/** Hosts outside the mesh, gateways that no neighbour in the box calls or is called by, and gateways when all are. */
function strangers(inside: GraphNode[], edges: GraphEdge[]): GraphNode[] {
  if (inside.every((node) => isGateway(node) || node.kind === "external")) return inside;
  const here = new Set(inside.filter(({ kind }) => kind !== "external").map(({ id }) => id));
  const known = new Set(
    edges
      .filter(({ source, target }) => source !== target && here.has(source) && here.has(target))
      .flatMap(({ source, target }) => [source, target]),
  );
  return inside.filter((node) => node.kind === "external" || (isGateway(node) && !known.has(node.id)));
}

/** A box that lost members says what comes in and goes out over its new border. */
function recount(box: GraphNode, nodes: GraphNode[], edges: GraphEdge[]): GraphNode {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const within = (id: string) => {
    let at = parents.get(id);
    for (let depth = 0; at && depth < 8; depth++) {
      if (at === box.id) return true;
      at = parents.get(at);
    }
    return false;
  };
  const crossing = edges.filter(({ source, target }) => within(source) !== within(target));
  const incoming = crossing.filter(({ target }) => within(target));
  const outgoing = crossing.filter(({ source }) => within(source));
  return { ...box, traffic: { inbound: totals(incoming), outbound: totals(outgoing) } };
}

function totals(edges: GraphEdge[]): Record<string, Flow | null> {
  const out: Record<string, Flow | null> = {};
  for (const protocol of new Set(edges.map((edge) => edge.protocol))) {
    const same = edges.filter((edge) => edge.protocol === protocol);
    const sum = (of: (edge: GraphEdge) => number | null | undefined) =>
      same.reduce((total, edge) => total + (of(edge) ?? 0), 0);
    const [rate, errors] = [sum((edge) => edge.rate), sum((edge) => edge.error_rate)];
    out[protocol] =
      protocol === "tcp"
        ? { sent_rate: sum(({ tcp }) => tcp?.sent_rate), received_rate: sum(({ tcp }) => tcp?.received_rate) }
        : { rate, error_rate: errors, error_share: rate ? errors / rate : 0 };
  }
  return out;
}
