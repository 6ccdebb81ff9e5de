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
export const CAPTION_GAP = 4;
const BODIES: Record<string, Size> = {
  workload: { w: 30, h: 30 },
  app: { w: 32, h: 30 },
  service: { w: 32, h: 32 },
  operation: { w: 40, h: 24 },
  gateway: { w: 44, h: 26 },
  external: { w: 36, h: 26 },
  passthrough: { w: 40, h: 26 },
  blackhole: { w: 30, h: 30 },
  unknown: { w: 30, h: 30 },
};

/** The word that names a node's shape: its kind, a gateway being a kind of its own. */
export function shapeOf(node: GraphNode): string {
  return isGateway(node) && (node.kind === "workload" || node.kind === "app") ? "gateway" : node.kind;
}

export function bodySize(node: GraphNode): Size {
  return BODIES[shapeOf(node)] ?? { w: 30, h: 30 };
}

/** Of a caption as it is drawn where a picture just fits its page. */
const LETTER = 8.6;

/** The body with its caption: what must not overlap. */
export function footprint(node: GraphNode, caption: Caption): Size {
  const body = bodySize(node);
  const longest = Math.max(...[caption.name, ...caption.notes].map((line) => line.length));
  const lines = 1 + caption.notes.length;
  return {
    w: 2 * Math.ceil(Math.max(body.w + 16, Math.min(200, longest * LETTER + 8)) / 2),
    h: body.h + CAPTION_GAP + lines * CAPTION_LINE,
  };
}
