// Glyph and caption of a node.
import type { Colours } from "./colours";
import { glyph } from "./glyphs";
import { bodySize, CAPTION_GAP, CAPTION_LINE, footprint } from "./layout/shapes";
import type { GraphNode } from "./model";
import { type Pen, readable } from "./pen";
import type { SceneNode } from "./scene";
import { caption } from "./words";

const SMALLEST = 0.36;
const SIZE = 11.5;

/** Size of captions in the picture at a zoom. */
export function captionSize(zoom: number): number {
  return readable(SIZE, zoom, 17.8);
}

/** Whether the picture says the namespace already. */
export function boxed(node: GraphNode): boolean {
  return Boolean(node.parent) || node.kind === "external";
}

export function paintNode(pen: Pen, { node, at }: SceneNode, zoom: number, colours: Colours): void {
  glyph(pen.context, node, at, colours);
  if (zoom < SMALLEST) return;
  const words = caption(node, boxed(node));
  pen.context.textAlign = "center";
  pen.context.textBaseline = "top";
  const size = captionSize(zoom);
  const room = footprint(node, words).w + 90;
  let y = at.y + bodySize(node).h / 2 + CAPTION_GAP;
  pen.haloed(words.name, at.x, y, { size, weight: 600, colour: colours.text }, colours.box, room);
  for (const note of words.notes) {
    y += CAPTION_LINE * (size / SIZE);
    pen.haloed(note, at.x, y, { size: size - 0.5, weight: 430, colour: colours.muted }, colours.box, room);
  }
}
