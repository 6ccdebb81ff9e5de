// Heads of open boxes, and faces of closed ones.
import type { Colours } from "./colours";
import { nameOf } from "./model";
import { type Pen, readable } from "./pen";
import type { SceneBox } from "./scene";

const MARGIN = 14;
const KINDS: Record<string, string> = { app: "app ", cluster: "cluster " };

export function paintBox(pen: Pen, box: SceneBox, zoom: number, colours: Colours): void {
  if (box.closed) closed(pen, box, zoom, colours);
  else open(pen, box, zoom, colours);
}

function open(pen: Pen, { node, rect, totals }: SceneBox, zoom: number, colours: Colours): void {
  pen.context.textAlign = "left";
  pen.context.textBaseline = "alphabetic";
  const size = readable(12, zoom, 17.8);
  const [x, room] = [rect.x + MARGIN, rect.w - 24];
  const name = (KINDS[node.box ?? ""] ?? "") + nameOf(node);
  const head = { size, weight: 620, colour: colours.text };
  if (zoom * size > 5) pen.haloed(name, x, rect.y + 8 + size, head, colours.box, room);
  const small = { size: size - 0.3, weight: 450, colour: colours.muted };
  const words = pen.width(totals, small) <= room ? totals : (totals.split(" · ")[0] ?? "");
  if (zoom * size > 6) pen.haloed(words, x, rect.y + 8 + size * 2.3, small, colours.box, room);
}

/** Its name, what comes in, and a bar of its nodes by health, at the size of the screen. */
function closed(pen: Pen, { node, rect, totals, mix }: SceneBox, zoom: number, colours: Colours): void {
  const { context } = pen;
  const { x, y, w, h } = rect;
  const size = Math.min(Math.max(12.5 / zoom, 13), w / 6, h / 4);
  const [across, down] = [x + w / 2, y + h / 2];
  context.textAlign = "center";
  context.textBaseline = "middle";
  pen.text(nameOf(node), across, down - size * 0.95, { size, weight: 620, colour: colours.text }, w * 0.92);
  if (size * zoom > 8) {
    const small = { size: size * 0.84, weight: 450, colour: colours.muted };
    pen.text(totals, across, down + size * 0.25, small, w * 0.94);
  }
  const all = mix.reduce((sum, many) => sum + many, 0) || 1;
  const bar = { x: x + w * 0.16, y: down + size * 1.15, w: w * 0.68, h: size * 0.3 };
  let left = bar.x;
  for (const [index, colour] of [colours.failure, colours.degraded, colours.okLine, colours.idle].entries()) {
    const width = (bar.w * (mix[index] ?? 0)) / all;
    context.fillStyle = colour;
    context.fillRect(left, bar.y, Math.max(0, width - (width > bar.h ? bar.h * 0.3 : 0)), bar.h);
    left += width;
  }
}
