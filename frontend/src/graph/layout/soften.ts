// Routes with one step become plain S curves where nothing stands in their way: calmer than corners.
import type { GraphNode } from "../model";
import { caption } from "../words";
import type { Picture } from "./picture";
import { samples, simplify } from "./routes";
import { bodySize, footprint, type Point, type Rect } from "./shapes";

const CLEARANCE = 3;

function obstacle(node: GraphNode, at: Point): Rect {
  const size = footprint(node, caption(node, true));
  return { x: at.x - size.w / 2, y: at.y - bodySize(node).h / 2, w: size.w, h: size.h };
}

function hits({ x, y }: Point, rect: Rect): boolean {
  return (
    x > rect.x - CLEARANCE &&
    x < rect.x + rect.w + CLEARANCE &&
    y > rect.y - CLEARANCE &&
    y < rect.y + rect.h + CLEARANCE
  );
}

/** The S between the ends of a route with one step; null for any other route. */
export function evenStep(route: Point[]): Point[] | null {
  const points = simplify(route);
  const [start, end] = [points[0], points[points.length - 1]];
  if (points.length !== 4 || !start || !end || end.x - start.x < 24) return null;
  const middle = (start.x + end.x) / 2;
  return [start, { x: middle, y: start.y }, { x: middle, y: end.y }, end];
}

export function soften(
  picture: Picture,
  nodes: ReadonlyMap<string, GraphNode>,
  ends: (edge: string) => [string, string],
): void {
  const obstacles = [...picture.nodes].flatMap(([id, at]) => {
    const node = nodes.get(id);
    return node ? [{ id, rect: obstacle(node, at) }] : [];
  });
  for (const [id, route] of picture.routes) {
    const step = evenStep(route);
    if (!step) continue;
    const own = ends(id);
    const others = obstacles.filter((other) => !own.includes(other.id));
    if (samples(step, 10).every((point) => others.every(({ rect }) => !hits(point, rect))))
      picture.routes.set(id, step);
  }
}
