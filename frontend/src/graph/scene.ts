// What is drawn of a model at this moment: everything, or, on big graphs, closed groups and the insides that are near.
import { byteRate, rate } from "../parts/format";
import { type Groups, STRONGEST } from "./layout/levels";
import type { Picture } from "./layout/picture";
import { boxRoute, directRoute, nearest, pointAlong, samples } from "./layout/routes";
import type { Laid } from "./layout/run";
import { bodySize, footprint, type Point, type Rect } from "./layout/shapes";
import { bytesOf, type GraphEdge, type GraphNode, type Model, requestsOf } from "./model";
import type { Summed } from "./sums";
import { boxTotals, caption } from "./words";

export interface SceneBox {
  id: string;
  node: GraphNode;
  rect: Rect;
  closed: boolean;
  totals: string;
  /** Nodes by health: failing, degraded, healthy, the rest. */
  mix: number[];
}

export interface SceneNode {
  id: string;
  node: GraphNode;
  at: Point;
  /** How many lines leave it: labels of a fan stand nearer to its tips. */
  fan: number;
}

export interface SceneEdge {
  id: string;
  edge: GraphEdge;
  source: string;
  target: string;
  route: Point[];
  label: Point;
  width: number;
  summed: Summed | null;
}

export interface Scene {
  boxes: SceneBox[];
  nodes: SceneNode[];
  edges: SceneEdge[];
}

const THIN = 1.3;
const THICK = 3.2;

/** Width by rate against the strongest of its kind: the square root keeps weak edges visible. */
export function widthOf(edge: GraphEdge, most: { requests: number; bytes: number }): number {
  const part =
    edge.protocol === "tcp" ? (bytesOf(edge) ?? 0) / (most.bytes || 1) : (edge.rate ?? 0) / (most.requests || 1);
  return Math.round((THIN + THICK * Math.sqrt(Math.min(1, part)) * (edge.protocol === "tcp" ? 0.4 : 1)) * 10) / 10;
}

function strongest(edges: Iterable<GraphEdge>): { requests: number; bytes: number } {
  const most = { requests: 0, bytes: 0 };
  for (const edge of edges) {
    if (edge.protocol === "tcp") most.bytes = Math.max(most.bytes, bytesOf(edge) ?? 0);
    else most.requests = Math.max(most.requests, edge.rate ?? 0);
  }
  return most;
}

export function buildScene(model: Model, laid: Laid, open: ReadonlySet<string>, selected: string | null): Scene {
  return laid.groups ? bigScene(model, laid.picture, laid.groups, open, selected) : wholeScene(model, laid.picture);
}

function wholeScene(model: Model, picture: Picture): Scene {
  const most = strongest(model.edges.values());
  const boxes = model.boxes.flatMap((node): SceneBox[] => {
    const rect = picture.boxes.get(node.id);
    return rect
      ? [{ id: node.id, node, rect, closed: false, totals: boxTotals(node, model.leavesOf(node.id).length), mix: [] }]
      : [];
  });
  const nodes = model.leaves.flatMap((node): SceneNode[] => {
    const at = picture.nodes.get(node.id);
    return at ? [{ id: node.id, node, at, fan: fanOf(model, node.id) }] : [];
  });
  const shown = new Map(nodes.map((node) => [node.id, node]));
  const edges = [...model.edges.values()].flatMap((edge): SceneEdge[] => {
    const [from, to] = [shown.get(edge.source), shown.get(edge.target)];
    if (!from || !to) return [];
    return [sceneEdge(edge, from, to, picture, widthOf(edge, most))];
  });
  return { boxes, nodes, edges: beside(edges, picture) };
}

const BESIDE = 9;
/** Stored places are whole numbers. */
const ROUNDED = 3;
const LABEL_ROOM = 90;

/** Edges between the same two nodes (HTTP and TCP, say) run side by side, not on each other. */
export function beside(edges: SceneEdge[], picture: Picture): SceneEdge[] {
  const pairs = new Map<string, SceneEdge[]>();
  for (const edge of edges) {
    const key = JSON.stringify([edge.source, edge.target]);
    pairs.set(key, [...(pairs.get(key) ?? []), edge]);
  }
  for (const together of pairs.values()) {
    if (together.length < 2) continue;
    const laid = together.find((edge) => edge.route === picture.routes.get(edge.id));
    const route = (laid ?? together[0]!).route;
    const room = laid && together.flatMap(({ id }) => picture.labels.get(id) ?? [])[0];
    together.forEach((edge, index) => {
      const down = (index - (together.length - 1) / 2) * BESIDE;
      edge.route = route.map(({ x, y }) => ({ x, y: y + down }));
      const line = samples(edge.route);
      const aside = (index - (together.length - 1) / 2) * LABEL_ROOM;
      edge.label = room
        ? nearest(line, { x: room.x + aside, y: room.y })
        : pointAlong(line, (index + 1) / (together.length + 1));
    });
  }
  return edges;
}

function fanOf(model: Model, id: string): number {
  return model.edgesOf(id).filter(({ source }) => source === id).length;
}

function sceneEdge(edge: GraphEdge, from: SceneNode, to: SceneNode, picture: Picture, width: number): SceneEdge {
  const direct = directRoute(from.at, bodySize(from.node).w, to.at, bodySize(to.node).w);
  const kept = picture.routes.get(edge.id);
  const still = kept && near(kept[0], direct[0]) && (from === to || near(kept.at(-1), direct.at(-1)));
  const route = kept && still ? kept : direct;
  const room = route === kept ? picture.labels.get(edge.id) : undefined;
  const line = samples(route);
  const label = room ? nearest(line, room) : pointAlong(line, from.fan > 2 ? 0.64 : 0.5);
  return { id: edge.id, edge, source: edge.source, target: edge.target, route, label, width, summed: null };
}

/** Whether two ends of routes are one: a node that was dragged has left its routes. */
function near(a: Point | undefined, b: Point | undefined): boolean {
  return Boolean(a && b && Math.abs(a.x - b.x) < ROUNDED && Math.abs(a.y - b.y) < ROUNDED);
}

interface End {
  id: string;
  at: Point;
  width: number;
}

function bigScene(
  model: Model,
  picture: Picture,
  groups: Groups,
  open: ReadonlySet<string>,
  selected: string | null,
): Scene {
  const boxes: SceneBox[] = [];
  for (const [id, node] of groups.boxes) {
    const rect = picture.boxes.get(id);
    if (rect)
      boxes.push({
        id,
        node,
        rect,
        closed: !open.has(id),
        totals: groupTotals(groups, id),
        mix: mixOf(groups.members.get(id) ?? []),
      });
  }
  const visible = (leaf: GraphNode) => {
    const group = groups.of.get(leaf.id)!;
    return (group === leaf.id || open.has(group)) && picture.nodes.has(leaf.id);
  };
  const nodes = model.leaves
    .filter(visible)
    .map((node) => ({ id: node.id, node, at: picture.nodes.get(node.id)!, fan: fanOf(model, node.id) }));
  const ends = new Map<string, End>();
  for (const { id, node, at } of nodes) ends.set(id, { id, at, width: bodySize(node).w });
  for (const { id, rect } of boxes)
    ends.set(id, { id, at: { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 }, width: rect.w });
  const edges = [
    ...summedEdges(groups, picture, ends, selected),
    ...insideEdges(model, groups, picture, ends, open, selected),
  ];
  return { boxes, nodes, edges };
}

function summedEdges(groups: Groups, picture: Picture, ends: Map<string, End>, selected: string | null): SceneEdge[] {
  const most = strongest(groups.sums.map(({ edge }) => edge));
  const wanted = groups.sums.filter(
    (sum, index) => index < STRONGEST || [sum.id, sum.source, sum.target].includes(selected ?? ""),
  );
  return wanted.flatMap((sum) => {
    const [from, to] = [ends.get(sum.source), ends.get(sum.target)];
    if (!from || !to) return [];
    const route = picture.routes.get(sum.id) ?? boxRoute(from.at, from.width, to.at, to.width);
    return [
      {
        id: sum.id,
        edge: sum.edge,
        source: sum.source,
        target: sum.target,
        route,
        label: pointAlong(samples(route), 0.5),
        width: widthOf(sum.edge, most) * 1.5,
        summed: sum,
      },
    ];
  });
}

function insideEdges(
  model: Model,
  groups: Groups,
  picture: Picture,
  ends: Map<string, End>,
  open: ReadonlySet<string>,
  selected: string | null,
): SceneEdge[] {
  const out: SceneEdge[] = [];
  const most = strongest(model.edges.values());
  for (const edge of model.edges.values()) {
    const [a, b] = [groups.of.get(edge.source)!, groups.of.get(edge.target)!];
    const near = a === b && open.has(a);
    const chosen = selected !== null && [edge.id, edge.source, edge.target].includes(selected);
    if (!near && !chosen) continue;
    const [from, to] = [ends.get(edge.source) ?? ends.get(a), ends.get(edge.target) ?? ends.get(b)];
    if (!from || !to || (from.id === to.id && edge.source !== edge.target)) continue;
    const routed = a === b ? directRoute : boxRoute;
    const route = (near && picture.routes.get(edge.id)) || routed(from.at, from.width, to.at, to.width);
    out.push({
      id: edge.id,
      edge,
      source: from.id,
      target: to.id,
      route,
      label: pointAlong(samples(route), 0.5),
      width: widthOf(edge, most),
      summed: null,
    });
  }
  return out;
}

const MIXED = ["failure", "degraded", "healthy"];

function mixOf(members: GraphNode[]): number[] {
  const mix = [0, 0, 0, 0];
  for (const { health } of members) {
    const at = MIXED.indexOf(health.status);
    mix[at < 0 ? MIXED.length : at]! += 1;
  }
  return mix;
}

const totalsOf = new WeakMap<Groups, Map<string, string>>();

/** Under a closed group: how many nodes, and what comes in from outside. */
function groupTotals(groups: Groups, id: string): string {
  const cache = totalsOf.get(groups) ?? new Map<string, string>();
  totalsOf.set(groups, cache);
  let words = cache.get(id);
  if (words === undefined) {
    const incoming = groups.sums.filter(({ target }) => target === id).map(({ edge }) => edge);
    const requests = incoming.reduce((sum, edge) => sum + requestsOf(edge), 0);
    const bytes = incoming.reduce((sum, edge) => sum + (edge.tcp ? (bytesOf(edge) ?? 0) : 0), 0);
    words =
      requests > 0
        ? `${rate(requests)} in`
        : bytes > 0
          ? `${byteRate(bytes)} in`
          : `${groups.members.get(id)?.length ?? 0} nodes`;
    cache.set(id, words);
  }
  return words;
}

/** Captions are drawn larger where a picture is small. */
const CAPTION_GROWTH = 1.12;

/** Everything the scene covers, captions included; null when there is nothing. */
export function extent(scene: Scene): Rect | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (x1: number, y1: number, x2: number, y2: number) => {
    [left, top, right, bottom] = [Math.min(left, x1), Math.min(top, y1), Math.max(right, x2), Math.max(bottom, y2)];
  };
  for (const { rect } of scene.boxes) take(rect.x, rect.y, rect.x + rect.w, rect.y + rect.h);
  for (const { at, node } of scene.nodes) {
    const size = footprint(node, caption(node, Boolean(node.parent)));
    const body = bodySize(node);
    const half = (size.w / 2) * CAPTION_GROWTH;
    take(at.x - half, at.y - body.h / 2 - 4, at.x + half, at.y - body.h / 2 + size.h * CAPTION_GROWTH);
  }
  for (const { route } of scene.edges) for (const { x, y } of route) take(x, y, x, y);
  return left === Infinity ? null : { x: left, y: top, w: right - left, h: bottom - top };
}
