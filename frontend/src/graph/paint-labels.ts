// Labels of edges: the most important first; one that would lie on another moves along its
// line, says less, or stays out.
import type { Colours } from "./colours";
import { pointAlong, samples } from "./layout/routes";
import { bodySize, CAPTION_GAP, type Point, type Rect } from "./layout/shapes";
import { nameOf } from "./model";
import { boxed, captionSize } from "./paint-nodes";
import { type Face, type Pen, readable } from "./pen";
import type { Scene, SceneEdge, SceneNode } from "./scene";
import type { LabelName } from "./state";
import { strength } from "./sums";
import { caption, edgeLabel, type Piece } from "./words";

const ELSEWHERE = [0.5, 0.44, 0.56, 0.38, 0.62, 0.68, 0.74, 0.32, 0.8, 0.86, 0.26, 0.2];
/** Where the name and totals of an open box stand. */
const HEAD = { w: 200, h: 52 };
const LOCK = 11;
const DOT = 10;
const MARGIN = 6;

export interface Attention {
  selected: string | null;
  hovered: string | null;
}

export class LabelPainter {
  labels: readonly LabelName[] = [];
  private drawn: { id: string; rect: Rect }[] = [];
  private size = 11;

  constructor(private readonly pen: Pen) {}

  paint({ edges, nodes, boxes }: Scene, attention: Attention, zoom: number, colours: Colours): void {
    this.drawn = [];
    this.size = readable(11.5, zoom, 17.3);
    const taken = nodes.map((node) => occupied(node, captionSize(zoom)));
    for (const { rect, closed } of boxes)
      if (!closed) taken.push({ x: rect.x, y: rect.y, w: Math.min(rect.w, HEAD.w), h: HEAD.h });
    const faces = boxes.map(({ rect }) => rect);
    const rank = (edge: SceneEdge) => importance(edge, attention);
    for (const edge of [...edges].sort((a, b) => rank(b) - rank(a) || strength(b.edge) - strength(a.edge))) {
      let pieces = edgeLabel(edge.edge, this.labels);
      if (pieces.length === 0) continue;
      const [others, must] = [edge.summed ? [...faces, ...taken] : taken, rank(edge) >= 2];
      let centre = this.spot(edge, this.width(pieces), others, must);
      if (!centre && pieces.length > 1) {
        pieces = pieces.slice(0, 1);
        centre = this.spot(edge, this.width(pieces), others, must);
      }
      if (!centre) continue;
      const width = this.width(pieces);
      const height = this.size + 5;
      const rect = { x: centre.x - width / 2, y: centre.y - height / 2, w: width, h: height };
      taken.push(rect);
      this.drawn.push({ id: edge.id, rect });
      const inside = boxes.some(({ rect: box, closed }) => !closed && holds(box, centre));
      this.label(pieces, rect, colours, inside ? colours.box : colours.canvas);
    }
  }

  /** The edge whose label is at a point of the picture. */
  at({ x, y }: Point): string | null {
    return this.drawn.find(({ rect }) => holds(rect, { x, y }))?.id ?? null;
  }

  /** A place on the line that nothing has; what must be said may stand beside it, or where least is. */
  private spot(edge: SceneEdge, width: number, taken: Rect[], must: boolean): Point | null {
    const height = this.size + 5;
    const crowd = ({ x, y }: Point) => {
      const [left, top] = [x - width / 2, y - height / 2];
      const apart = (r: Rect) => left > r.x + r.w || left + width < r.x || top > r.y + r.h || top + height < r.y;
      return taken.filter((rect) => !apart(rect)).length;
    };
    if (crowd(edge.label) === 0) return edge.label;
    const line = samples(edge.route);
    const away = ({ x, y }: Point) => Math.hypot(x - edge.label.x, y - edge.label.y);
    const places = ELSEWHERE.map((share) => pointAlong(line, share)).sort((a, b) => away(a) - away(b));
    const free = places.find((place) => crowd(place) === 0);
    if (free || !must) return free ?? null;
    const aside = places.flatMap(({ x, y }) => [-1, 1].map((side) => ({ x, y: y + side * height * 0.8 })));
    const beside = aside.find((place) => crowd(place) === 0);
    if (beside) return beside;
    return places.reduce((best, place) => (crowd(place) < crowd(best) ? place : best), edge.label);
  }

  private face(piece: Piece, colour = ""): Face {
    return { size: this.size, weight: piece.tone === "plain" ? 500 : 640, colour };
  }

  private width(pieces: Piece[]): number {
    const words = pieces.map((piece) => this.pen.width(piece.text, this.face(piece)) + (piece.lock ? LOCK : 0));
    return words.reduce((sum, width) => sum + width, 2 * MARGIN + DOT * (pieces.length - 1));
  }

  private label(pieces: Piece[], rect: Rect, colours: Colours, ground: string): void {
    const { context } = this.pen;
    context.beginPath();
    context.roundRect(rect.x, rect.y, rect.w, rect.h, 4);
    context.fillStyle = ground;
    context.fill();
    context.textAlign = "left";
    context.textBaseline = "middle";
    let x = rect.x + MARGIN;
    const y = rect.y + rect.h / 2 + 0.5;
    for (const [index, piece] of pieces.entries()) {
      const face = this.face(piece, toneColour(piece.tone, colours));
      if (index) x += dot(context, x, y, colours.faint);
      if (piece.lock) x += padlock(context, x, y, face.colour);
      this.pen.text(piece.text, x, y, face);
      x += this.pen.width(piece.text, face);
    }
  }
}

function holds(rect: Rect, { x, y }: Point): boolean {
  return x >= rect.x && x <= rect.x + rect.w && y >= rect.y && y <= rect.y + rect.h;
}

function importance({ id, edge }: SceneEdge, { selected, hovered }: Attention): number {
  if (id === selected) return 4;
  if (id === hovered) return 3;
  return edge.health.status === "failure" ? 2 : edge.health.status === "degraded" ? 1 : 0;
}

function toneColour(tone: Piece["tone"], colours: Colours): string {
  return tone === "failure" ? colours.failureText : tone === "degraded" ? colours.degradedText : colours.muted;
}

function occupied({ node, at }: SceneNode, size: number): Rect {
  const { w, h } = bodySize(node);
  const half = Math.max(w, Math.min(230, nameOf(node).length * size * 0.63)) / 2;
  const lines = 1 + caption(node, boxed(node)).notes.length;
  return { x: at.x - half, y: at.y - h / 2, w: 2 * half, h: h + CAPTION_GAP + lines * size * 1.25 };
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, colour: string): number {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x + 4, y, 1.2, 0, 7);
  context.fill();
  return DOT;
}

function padlock(context: CanvasRenderingContext2D, x: number, y: number, colour: string): number {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = 1.2;
  context.beginPath();
  context.roundRect(x, y - 1.5, 7, 5.5, 1);
  context.fill();
  context.beginPath();
  context.arc(x + 3.5, y - 1.5, 2.2, Math.PI, 0);
  context.stroke();
  return LOCK;
}
