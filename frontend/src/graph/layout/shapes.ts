// How large each kind of node is, so that layout, drawing and hit tests agree.
import { type GraphNode, isGateway } from "../model";
import type { Caption } from "../words";

export interface Point {
  x: number;
  y: number;
}

export interface Rect extends Point {
  w: number;
  h: number;
}

export interface Size {
  w: number;
  h: number;
}

export const CAPTION_LINE = 15;
export const CAPTION_GAP = 5;
const BODIES: Record<string, Size> = {
  workload: { w: 34, h: 34 },
  app: { w: 36, h: 34 },
  service: { w: 36, h: 36 },
  operation: { w: 44, h: 26 },
  gateway: { w: 48, h: 28 },
  external: { w: 38, h: 28 },
  passthrough: { w: 44, h: 28 },
  blackhole: { w: 34, h: 34 },
  unknown: { w: 34, h: 34 },
};

/** The word that names a node's shape: its kind, a gateway being a kind of its own. */
export function shapeOf(node: GraphNode): string {
  return isGateway(node) && (node.kind === "workload" || node.kind === "app") ? "gateway" : node.kind;
}

export function bodySize(node: GraphNode): Size {
  return BODIES[shapeOf(node)] ?? { w: 34, h: 34 };
}

const LETTER = 6.9;

/** The body with its caption: what must not overlap. */
export function footprint(node: GraphNode, caption: Caption): Size {
  const body = bodySize(node);
  const longest = Math.max(...[caption.name, ...caption.notes].map((line) => line.length));
  const lines = 1 + caption.notes.length;
  return {
    w: Math.max(body.w + 16, Math.min(190, longest * LETTER + 8)),
    h: body.h + CAPTION_GAP + lines * CAPTION_LINE,
  };
}
