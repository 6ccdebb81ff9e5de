// Where everything is. Positions belong to a topology, not to a moment: refreshes keep them.
import { type Model, nameOf } from "../model";
import { caption } from "../words";
import { bodySize, footprint, type Point, type Rect } from "./shapes";

export interface Picture {
  nodes: Map<string, Point>;
  boxes: Map<string, Rect>;
  routes: Map<string, Point[]>;
  /** Centres of the room kept for labels of edges. */
  labels: Map<string, Point>;
}

export const BOX_HEAD = 58;
export const BOX_PAD = 14;
const ROW = 92;
const COLUMN = 170;

export function emptyPicture(): Picture {
  return { nodes: new Map(), boxes: new Map(), routes: new Map(), labels: new Map() };
}

/** A short name of who is connected to whom: the same mesh has the same key whatever its rates. */
export function topologyKey(model: Model): string {
  const parts = [...model.nodes.values()].map((node) => `${node.id} ${node.parent ?? ""}`).sort();
  parts.push(...[...model.edges.keys()].sort());
  let hash = 0xcbf29ce484222325n;
  for (const part of parts) {
    let short = 0x811c9dc5;
    for (let at = 0; at < part.length; at++) short = Math.imul(short ^ part.charCodeAt(at), 0x01000193) >>> 0;
    hash = BigInt.asUintN(64, (hash ^ BigInt(short)) * 0x100000001b3n);
  }
  return `${model.leaves.length}-${hash.toString(36)}`;
}

export function boxAround(model: Model, picture: Picture, box: string): Rect | null {
  const inside = model.leavesOf(box).filter((leaf) => picture.nodes.has(leaf.id));
  if (inside.length === 0) return null;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const leaf of inside) {
    const at = picture.nodes.get(leaf.id)!;
    const size = footprint(leaf, caption(leaf, true));
    const body = bodySize(leaf);
    left = Math.min(left, at.x - size.w / 2);
    right = Math.max(right, at.x + size.w / 2);
    top = Math.min(top, at.y - body.h / 2);
    bottom = Math.max(bottom, at.y - body.h / 2 + size.h);
  }
  const head = Math.max(0, 150 - (right - left)) / 2;
  return {
    x: left - BOX_PAD - head,
    y: top - BOX_HEAD,
    w: right - left + 2 * (BOX_PAD + head),
    h: bottom - top + BOX_HEAD + BOX_PAD,
  };
}

/** The known picture with room for what is new. Nothing that was placed moves. */
export function extend(model: Model, known: Picture): Picture {
  const next = emptyPicture();
  for (const leaf of model.leaves) {
    const at = known.nodes.get(leaf.id);
    if (at) next.nodes.set(leaf.id, at);
  }
  for (const leaf of model.leaves)
    if (!next.nodes.has(leaf.id)) next.nodes.set(leaf.id, freeSpot(model, next, leaf.id));
  for (const [id, edge] of model.edges) {
    const route = known.routes.get(id);
    if (route && known.nodes.has(edge.source) && known.nodes.has(edge.target)) {
      next.routes.set(id, route);
      const label = known.labels.get(id);
      if (label) next.labels.set(id, label);
    }
  }
  for (const box of [...model.boxes].reverse()) {
    const around = boxAround(model, next, box.id);
    const before = known.boxes.get(box.id);
    if (around) next.boxes.set(box.id, before ? union(before, around) : around);
  }
  return next;
}

function union(a: Rect, b: Rect): Rect {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y };
}

function freeSpot(model: Model, picture: Picture, id: string): Point {
  const near = model.edgesOf(id).flatMap((edge): Point[] => {
    const callee = picture.nodes.get(edge.target);
    const caller = picture.nodes.get(edge.source);
    if (edge.target === id && caller) return [{ x: caller.x + COLUMN, y: caller.y }];
    return callee ? [{ x: callee.x - COLUMN, y: callee.y }] : [];
  });
  const taken = [...picture.nodes.values()];
  const spot = near[0] ?? belowAll(model, picture, id);
  const free = (at: Point) =>
    taken.every((other) => Math.abs(other.x - at.x) > COLUMN - 60 || Math.abs(other.y - at.y) > ROW - 20);
  for (let step = 0; step < 200; step++) {
    const down = { x: spot.x, y: spot.y + step * ROW };
    if (free(down)) return down;
  }
  return spot;
}

function belowAll(model: Model, picture: Picture, id: string): Point {
  const parent = model.nodes.get(id)?.parent;
  const siblings = parent ? model.leavesOf(parent) : model.leaves;
  const points = siblings.flatMap((leaf) => picture.nodes.get(leaf.id) ?? []);
  if (points.length === 0) return parent ? belowAll(model, picture, "") : { x: 0, y: 0 };
  return { x: Math.min(...points.map(({ x }) => x)), y: Math.max(...points.map(({ y }) => y)) + ROW };
}

/** How much of the model the picture knows, 0..1. */
export function coverage(model: Model, picture: Picture): number {
  if (model.leaves.length === 0) return 0;
  return model.leaves.filter(({ id }) => picture.nodes.has(id)).length / model.leaves.length;
}

/** Rows of nodes by box: what is shown when the layout cannot run. */
export function grid(model: Model): Picture {
  const picture = emptyPicture();
  const groups = new Map<string, typeof model.leaves>();
  for (const leaf of model.leaves) groups.set(leaf.parent ?? "", [...(groups.get(leaf.parent ?? "") ?? []), leaf]);
  let y = 0;
  for (const [, leaves] of groups) {
    const columns = Math.max(3, Math.ceil(Math.sqrt(leaves.length * 2)));
    [...leaves]
      .sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
      .forEach((leaf, index) => {
        picture.nodes.set(leaf.id, { x: (index % columns) * COLUMN, y: y + Math.floor(index / columns) * ROW });
      });
    y += Math.ceil(leaves.length / columns) * ROW + BOX_HEAD + 2 * BOX_PAD;
  }
  for (const box of model.boxes) {
    const around = boxAround(model, picture, box.id);
    if (around) picture.boxes.set(box.id, around);
  }
  return picture;
}
