// From a route of right angles to a smooth curve. Control points of a quadratic B-spline stay near the route's
// corners, so that a curve goes where the route went and around what it went around.
import type { Point } from "./shapes";

const REACH = 70;

export interface Curve {
  /** Offsets of the ends from the centres of their nodes. */
  source: Point;
  target: Point;
  /** Control points as shares along, and distances from, the straight line between the ends. */
  weights: number[];
  distances: number[];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

function towards(from: Point, to: Point, length: number): Point {
  const share = length / distance(from, to);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/** A plain S: along, across in the middle, along. Its two corners are all the control it needs. */
function isEven(points: Point[]): boolean {
  const [start, first, second, end] = points;
  if (points.length !== 4 || !start || !first || !second || !end) return false;
  const middle = (start.x + end.x) / 2;
  return Math.abs(first.x - middle) < 1 && Math.abs(second.x - middle) < 1;
}

/** Corners, each with a point before and after it where its neighbours are far, so that no curve cuts a corner widely. */
export function controls(points: Point[]): Point[] {
  if (isEven(points)) return points.slice(1, -1);
  const out: Point[] = [];
  for (let index = 1; index < points.length - 1; index++) {
    const [before, corner, after] = [points[index - 1]!, points[index]!, points[index + 1]!];
    const first = index === 1;
    const last = index === points.length - 2;
    if (distance(before, corner) > REACH * (first ? 1 : 2)) out.push(towards(corner, before, REACH));
    out.push(corner);
    if (distance(corner, after) > REACH * (last ? 1 : 2)) out.push(towards(corner, after, REACH));
  }
  return out;
}

/** Takes out points that lie on the straight line between their neighbours. */
export function simplify(points: Point[]): Point[] {
  return points.filter((point, index) => {
    const before = points[index - 1];
    const after = points[index + 1];
    if (!before || !after) return true;
    const cross = (point.x - before.x) * (after.y - point.y) - (point.y - before.y) * (after.x - point.x);
    return Math.abs(cross) > 0.5;
  });
}

export function curve(route: Point[], source: Point, target: Point): Curve {
  const points = simplify(route);
  const start = points[0]!;
  const end = points[points.length - 1]!;
  const length = distance(start, end) || 1;
  const along = { x: (end.x - start.x) / length, y: (end.y - start.y) / length };
  const weights: number[] = [];
  const distances: number[] = [];
  for (const point of controls(points)) {
    const [dx, dy] = [point.x - start.x, point.y - start.y];
    weights.push((dx * along.x + dy * along.y) / length);
    distances.push(-dx * along.y + dy * along.x);
  }
  return {
    source: { x: start.x - source.x, y: start.y - source.y },
    target: { x: end.x - target.x, y: end.y - target.y },
    weights: weights.length ? weights : [0.5],
    distances: distances.length ? distances : [0],
  };
}

/** A route between two bodies where no layout gave one: out on the right, in on the left, around when it goes back. */
export function directRoute(from: Point, fromWidth: number, to: Point, toWidth: number): Point[] {
  if (from.x === to.x && from.y === to.y) {
    const [right, top] = [from.x + fromWidth / 2, from.y - fromWidth];
    return [
      { x: right, y: from.y },
      { x: right + 22, y: from.y },
      { x: right + 22, y: top },
      { x: from.x, y: top },
      { x: from.x, y: from.y - fromWidth / 2 },
    ];
  }
  const start = { x: from.x + fromWidth / 2, y: from.y };
  const end = { x: to.x - toWidth / 2, y: to.y };
  if (end.x - start.x > 16) {
    const middle = (start.x + end.x) / 2;
    return [start, { x: middle, y: start.y }, { x: middle, y: end.y }, end];
  }
  const bow = Math.abs(to.y - from.y) < 40 ? Math.max(from.y, to.y) + 70 : (from.y + to.y) / 2;
  return [
    start,
    { x: start.x + 30, y: start.y },
    { x: start.x + 30, y: bow },
    { x: end.x - 30, y: bow },
    { x: end.x - 30, y: end.y },
    end,
  ];
}

/** Between two boxes: from the side that faces the other, so that no line runs around its own box. */
export function boxRoute(from: Point, fromWidth: number, to: Point, toWidth: number): Point[] {
  const [left, right] = [from.x - fromWidth / 2, from.x + fromWidth / 2];
  const [farLeft, farRight] = [to.x - toWidth / 2, to.x + toWidth / 2];
  if (farLeft > right) return step({ x: right, y: from.y }, { x: farLeft, y: to.y });
  if (farRight < left) return step({ x: left, y: from.y }, { x: farRight, y: to.y });
  const bow = Math.max(right, farRight) + 70;
  return [
    { x: right, y: from.y },
    { x: bow, y: from.y },
    { x: bow, y: to.y },
    { x: farRight, y: to.y },
  ];
}

function step(start: Point, end: Point): Point[] {
  const middle = (start.x + end.x) / 2;
  return [start, { x: middle, y: start.y }, { x: middle, y: end.y }, end];
}

/** The point at a share of the way along a route. */
export function pointAlong(points: Point[], at: number): Point {
  const lengths = points.slice(1).map((point, index) => distance(points[index]!, point));
  let left = lengths.reduce((sum, length) => sum + length, 0) * at;
  for (let index = 0; index < lengths.length; index++) {
    const length = lengths[index]!;
    if (left <= length && length > 0) return towards(points[index]!, points[index + 1]!, left);
    left -= length;
  }
  return points[points.length - 1]!;
}

/** The curve itself as points, for labels and pictures: each control joined by quadratic pieces. */
export function samples(points: Point[], steps = 8): Point[] {
  const simple = simplify(points);
  const corners = controls(simple);
  const out = [simple[0]!];
  let start = simple[0]!;
  corners.forEach((corner, index) => {
    const next = corners[index + 1];
    const end = next ? { x: (corner.x + next.x) / 2, y: (corner.y + next.y) / 2 } : simple[simple.length - 1]!;
    for (let step = 1; step <= steps; step++) {
      const t = step / steps;
      const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
      out.push({ x: a * start.x + b * corner.x + c * end.x, y: a * start.y + b * corner.y + c * end.y });
    }
    start = end;
  });
  if (corners.length === 0) out.push(simple[simple.length - 1]!);
  return out;
}

/** The point of a line that is nearest to another point. */
export function nearest(points: Point[], to: Point): Point {
  let best = points[0]!;
  for (let index = 1; index < points.length; index++) {
    const [a, b] = [points[index - 1]!, points[index]!];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const along = ((to.x - a.x) * dx + (to.y - a.y) * dy) / (dx * dx + dy * dy || 1);
    const share = Math.min(1, Math.max(0, along));
    const point = { x: a.x + dx * share, y: a.y + dy * share };
    if (distance(point, to) < distance(best, to)) best = point;
  }
  return best;
}
