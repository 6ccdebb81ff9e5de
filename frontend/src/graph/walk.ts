// The keyboard on the picture: arrows go to the nearest node that way; what is there is said aloud.
import { plural, rate } from "../parts/format";
import { STATUS_WORDS } from "../parts/messages";
import type { Point } from "./layout/shapes";
import { type GraphNode, type Model, nameOf, requestsOf, titleOf } from "./model";

export interface Spot {
  id: string;
  at: Point;
}

const FAR = 1e6;
const DIRECTIONS: Record<string, Point> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};

/** The nearest spot in a direction: what lies aside costs double, and what lies mostly aside is not that way. */
export function neighbour(spots: Spot[], from: Spot, key: string): Spot | null {
  const way = DIRECTIONS[key];
  if (!way) return null;
  let best: Spot | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const spot of spots) {
    const [dx, dy] = [spot.at.x - from.at.x, spot.at.y - from.at.y];
    const ahead = dx * way.x + dy * way.y;
    const aside = Math.abs(dx * way.y) + Math.abs(dy * way.x);
    if (spot.id === from.id || ahead <= 4) continue;
    const cost = ahead + 2 * aside + (aside > 2 * ahead ? FAR : 0);
    if (cost < least) [best, least] = [spot, cost];
  }
  return best;
}

/** Where the keyboard starts: top left. */
export function start(spots: Spot[]): Spot | null {
  return spots.reduce<Spot | null>(
    (best, spot) => (best === null || spot.at.x + spot.at.y * 0.5 < best.at.x + best.at.y * 0.5 ? spot : best),
    null,
  );
}

export function spoken(model: Model, node: GraphNode): string {
  const edges = model.edgesOf(node.id);
  const sum = (side: "source" | "target") =>
    edges.filter((edge) => edge[side] === node.id).reduce((total, edge) => total + requestsOf(edge), 0);
  const calls = edges.filter(({ source }) => source === node.id).map(({ target }) => nameOf(model.nodes.get(target)));
  const parts = [
    `${titleOf(node)}, ${node.kind}${node.namespace ? ` in ${node.namespace}` : ""}`,
    STATUS_WORDS[node.health.status] ?? node.health.status,
    `${rate(sum("target"))} in, ${rate(sum("source"))} out`,
    calls.length
      ? `calls ${calls.slice(0, 4).join(", ")}${calls.length > 4 ? ` and ${calls.length - 4} more` : ""}`
      : "calls nobody",
    plural(edges.length, "edge"),
  ];
  return `${parts.join(". ")}.`;
}
