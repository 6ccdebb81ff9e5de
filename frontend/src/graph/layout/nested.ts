// Up to about 150 nodes: one hierarchical run, groups nested, left to right. What goes to ELK, and what comes back.
import type { ElkExtendedEdge, ElkLabel, ElkNode } from "elkjs/lib/elk-api";
import type { GraphEdge, GraphNode, Model } from "../model";
import type { LabelName } from "../state";
import { strength } from "../sums";
import { caption, edgeLabel } from "../words";
import { BOX_HEAD, BOX_PAD, emptyPicture, type Picture } from "./picture";
import { bodySize, footprint, type Point } from "./shapes";

export const NESTED_LIMIT = 150;
const LABEL_LETTER = 6.6;
const LABEL_LEAST = 52;
/** Longer ones may reach over the bends beside them. */
const LABEL_MOST = 72;
const LONG_LABEL_MOST = 140;
const LABEL_HEIGHT = 20;
const IN = "\u0001in";
const OUT = "\u0001out";

/** Spacings are not inherited: each group states them again. */
const SPACING: Record<string, string> = {
  "elk.spacing.nodeNode": "16",
  "elk.spacing.edgeNode": "8",
  "elk.spacing.edgeEdge": "8",
  "elk.spacing.componentComponent": "44",
  "elk.spacing.edgeLabel": "1",
  "elk.layered.spacing.nodeNodeBetweenLayers": "48",
  "elk.layered.spacing.edgeNodeBetweenLayers": "11",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "4",
};

export const LAYERED: Record<string, string> = {
  ...SPACING,
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.layered.compaction.postCompaction.strategy": "EDGE_LENGTH",
  "elk.json.edgeCoords": "ROOT",
  "elk.json.shapeCoords": "ROOT",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.crossingMinimization.semiInteractive": "false",
  "elk.layered.highDegreeNodes.treatment": "true",
};

export const PLAIN: Record<string, string> = {
  "elk.layered.compaction.postCompaction.strategy": "NONE",
  "elk.layered.considerModelOrder.strategy": "NONE",
};

function leafNode(node: GraphNode): ElkNode {
  const size = footprint(node, caption(node, Boolean(node.parent)));
  const body = bodySize(node);
  const side = (id: string, x: number, where: string) => ({
    id: node.id + id,
    x,
    y: body.h / 2,
    width: 0,
    height: 0,
    layoutOptions: { "elk.port.side": where },
  });
  return {
    id: node.id,
    width: size.w,
    height: size.h,
    layoutOptions: { "elk.portConstraints": "FIXED_POS" },
    ports: [side(IN, 0, "WEST"), side(OUT, size.w, "EAST")],
  };
}

export function elkEdge(id: string, source: string, target: string): ElkExtendedEdge {
  return { id: `e:${id}`, sources: [source + OUT], targets: [target + IN] };
}

/** Strong edges first, those between the same two nodes as one road: the order is what keeps main roads straight and at the top. */
function ordered(model: Model, labels: readonly LabelName[]): ElkExtendedEdge[] {
  const sorted = [...model.edges.values()].sort((a, b) => strength(b) - strength(a) || a.id.localeCompare(b.id));
  const pairs = new Map<string, ElkExtendedEdge>();
  for (const edge of sorted) {
    const pair = JSON.stringify([edge.source, edge.target]);
    const road = pairs.get(pair) ?? { ...elkEdge(edge.id, edge.source, edge.target), labels: [] };
    pairs.set(pair, road);
    const label = elkLabel(edge, labels);
    const before = road.labels![0];
    if (label && before) before.width = (before.width ?? 0) + (label.width ?? 0);
    else if (label) road.labels!.push(label);
  }
  return [...pairs.values()];
}

/** Room for what is written on an edge, on the line itself: ELK keeps everything else out of it. */
function elkLabel(edge: GraphEdge, chosen: readonly LabelName[]): ElkLabel | null {
  const pieces = edgeLabel(edge, chosen);
  if (pieces.length === 0) return null;
  const most = chosen.length > 2 ? LONG_LABEL_MOST : LABEL_MOST;
  const letters = pieces.reduce((sum, { text, lock }) => sum + text.length + (lock ? 2 : 0) + 1.5, 0);
  return {
    id: `l:${edge.id}`,
    text: "label",
    width: Math.min(most, Math.max(LABEL_LEAST, letters * LABEL_LETTER + 8)),
    height: LABEL_HEIGHT,
    layoutOptions: { "elk.edgeLabels.inline": "true", "elk.edgeLabels.placement": "CENTER" },
  };
}

export function nestedGraph(model: Model, labels: readonly LabelName[] = []): ElkNode {
  const children = new Map<string, ElkNode[]>();
  const put = (parent: string | null | undefined, child: ElkNode) => {
    const key = parent && model.nodes.has(parent) ? parent : "";
    children.set(key, [...(children.get(key) ?? []), child]);
  };
  for (const leaf of model.leaves) put(leaf.parent, leafNode(leaf));
  const build = (box: GraphNode): ElkNode => ({
    id: box.id,
    children: children.get(box.id) ?? [],
    layoutOptions: {
      ...SPACING,
      "elk.padding": `[top=${BOX_HEAD},left=${BOX_PAD},bottom=${BOX_PAD},right=${BOX_PAD}]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": "(150,80)",
    },
  });
  // Inner boxes before outer ones, so that a box is whole when it is put into its parent.
  for (const box of [...model.boxes].sort((a, b) => depth(model, b) - depth(model, a))) put(box.parent, build(box));
  return {
    id: "root",
    layoutOptions: { ...LAYERED, "elk.hierarchyHandling": "INCLUDE_CHILDREN" },
    children: children.get("") ?? [],
    edges: ordered(model, labels),
  };
}

function depth(model: Model, box: GraphNode): number {
  let level = 0;
  for (let at = box.parent; at && level < 8; at = model.nodes.get(at)?.parent) level++;
  return level;
}

/** ELK's answer as a picture: centres of bodies, rectangles of boxes, routes that end at the bodies. */
export function readPicture(
  root: ElkNode,
  nodes: ReadonlyMap<string, GraphNode>,
  origin: Point = { x: 0, y: 0 },
): Picture {
  const picture = emptyPicture();
  const visit = (elk: ElkNode) => {
    const node = nodes.get(elk.id);
    const [x, y] = [(elk.x ?? 0) + origin.x, (elk.y ?? 0) + origin.y];
    if (node?.kind === "box") picture.boxes.set(elk.id, { x, y, w: elk.width ?? 0, h: elk.height ?? 0 });
    else if (node) picture.nodes.set(elk.id, { x: x + (elk.width ?? 0) / 2, y: y + bodySize(node).h / 2 });
    for (const child of elk.children ?? []) visit(child);
  };
  for (const child of root.children ?? []) visit(child);
  for (const edge of root.edges ?? []) readRoute(edge, picture, nodes, origin);
  return picture;
}

function readRoute(
  edge: ElkExtendedEdge,
  picture: Picture,
  nodes: ReadonlyMap<string, GraphNode>,
  origin: Point,
): void {
  const section = edge.sections?.[0];
  if (!section) return;
  const id = edge.id.slice(2);
  for (const { id: label = "", x = 0, y = 0, width = 0, height = 0 } of edge.labels ?? [])
    picture.labels.set(label.slice(2), { x: x + width / 2 + origin.x, y: y + height / 2 + origin.y });
  const source = edge.sources[0]!.slice(0, -OUT.length);
  const target = edge.targets[0]!.slice(0, -IN.length);
  const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(({ x, y }) => ({
    x: x + origin.x,
    y: y + origin.y,
  }));
  const [from, to] = [picture.nodes.get(source), picture.nodes.get(target)];
  const [first, last] = [nodes.get(source), nodes.get(target)];
  // Ports stand at the caption's sides; the line goes on, straight, to the body.
  if (from && first) points[0] = { x: from.x + bodySize(first).w / 2, y: from.y };
  if (to && last) points[points.length - 1] = { x: to.x - bodySize(last).w / 2, y: to.y };
  picture.routes.set(id, points);
}
