// The mark inside a node: what it is, and how it is. Shape says it as well as colour.
import type { Colours } from "./colours";
import { bodySize, type Point, shapeOf } from "./layout/shapes";
import type { GraphNode } from "./model";

function statusColour(status: string, colours: Colours): string {
  if (status === "failure") return colours.failure;
  if (status === "degraded" || status === "not_ready") return colours.degraded;
  return status === "idle" ? colours.idle : colours.glyph;
}

export function glyph(context: CanvasRenderingContext2D, node: GraphNode, at: Point, colours: Colours): void {
  const colour = statusColour(node.health.status, colours);
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = 1.7;
  context.lineCap = "round";
  context.lineJoin = "round";
  const draw = GLYPHS[shapeOf(node)];
  if (draw) {
    draw(context, at.x, at.y);
    if (node.kind !== "blackhole" && ["failure", "degraded", "not_ready"].includes(node.health.status))
      badge(context, node, at, colours);
  } else status(context, at.x, at.y, node.health.status);
}

/** Kinds with a mark of their own say how they are at the corner. */
function badge(context: CanvasRenderingContext2D, node: GraphNode, at: Point, colours: Colours): void {
  const body = bodySize(node);
  const [x, y] = [at.x + body.w / 2 - 3, at.y - body.h / 2 + 3];
  context.fillStyle = colours.canvas;
  context.beginPath();
  context.arc(x, y, 8.5, 0, 7);
  context.fill();
  context.fillStyle = statusColour(node.health.status, colours);
  status(context, x, y, node.health.status);
}

/** A disc for healthy, a triangle for degraded, a square for failing, a ring for idle. */
function status(context: CanvasRenderingContext2D, x: number, y: number, state: string): void {
  context.beginPath();
  if (state === "failure") context.roundRect(x - 5.5, y - 5.5, 11, 11, 2.5);
  else if (state === "degraded" || state === "not_ready") {
    context.moveTo(x, y - 6.5);
    context.lineTo(x + 6.5, y + 5);
    context.lineTo(x - 6.5, y + 5);
    context.closePath();
  } else context.arc(x, y, 5, 0, 7);
  if (state === "idle" || state === "unknown") context.stroke();
  else context.fill();
}

type Draw = (context: CanvasRenderingContext2D, x: number, y: number) => void;

function lines(...strokes: [number, number][][]): Draw {
  return (context, x, y) => {
    context.beginPath();
    for (const stroke of strokes) {
      stroke.forEach(([dx, dy], index) => {
        if (index) context.lineTo(x + dx, y + dy);
        else context.moveTo(x + dx, y + dy);
      });
    }
    context.stroke();
  };
}

const GLYPHS: Record<string, Draw> = {
  gateway: lines(
    [
      [-6, 0],
      [6, 0],
    ],
    [
      [2.5, -3.5],
      [6, 0],
      [2.5, 3.5],
    ],
  ),
  external: lines(
    [
      [-3.5, 4.5],
      [4, -3],
    ],
    [
      [-2, -3],
      [4, -3],
      [4, 3],
    ],
  ),
  passthrough: lines(
    [
      [-7, -3],
      [3, -3],
      [0, -6],
    ],
    [
      [-3, 4],
      [7, 4],
      [4, 1],
    ],
  ),
  blackhole: lines(
    [
      [-5, -5],
      [5, 5],
    ],
    [
      [5, -5],
      [-5, 5],
    ],
  ),
  operation: lines(
    [
      [-7, -2.5],
      [7, -2.5],
    ],
    [
      [-7, 2.5],
      [3, 2.5],
    ],
  ),
  service: (context, x, y) => {
    context.beginPath();
    context.arc(x, y, 4, 0, 7);
    context.fill();
  },
  unknown: (context, x, y) => {
    context.font = '600 13px "Inter", sans-serif';
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText("?", x, y + 1);
  },
};
