// Draws on the layer above Cytoscape: captions, glyphs, edge labels, heads of boxes. Text only ever as text.
import type cytoscape from "cytoscape";
import { middle } from "../parts/format";
import type { Colours } from "./colours";
import { glyph } from "./glyphs";
import { directRoute, pointAlong, samples } from "./layout/routes";
import { bodySize, CAPTION_GAP, CAPTION_LINE, footprint, type Point, type Rect } from "./layout/shapes";
import { type GraphNode, nameOf } from "./model";
import type { Scene, SceneBox, SceneEdge, SceneNode } from "./scene";
import type { LabelName } from "./state";
import { strength } from "./sums";
import { caption, edgeLabel, type Piece } from "./words";

const FACE = '"Inter", system-ui, sans-serif';
const SMALLEST_CAPTION = 0.36;
const SMALLEST_LABEL = 0.45;

export class Painter {
  labels: readonly LabelName[] = [];
  hovered: string | null = null;
  private readonly context: CanvasRenderingContext2D;
  private readonly drawn: { id: string; rect: Rect }[] = [];
  private scale = 1;
  private labelSize = 11;

  constructor(
    private readonly layer: HTMLCanvasElement,
    private readonly cy: cytoscape.Core,
    public colours: Colours,
  ) {
    this.context = layer.getContext("2d")!;
    this.resize();
  }

  private get labelHeight(): number {
    return this.labelSize + 8;
  }

  resize(): void {
    this.scale = window.devicePixelRatio || 1;
    this.layer.width = Math.round(this.cy.width() * this.scale);
    this.layer.height = Math.round(this.cy.height() * this.scale);
  }

  paint(scene: Scene, selected: string | null): void {
    const { context, cy, scale } = this;
    const [zoom, pan] = [cy.zoom(), cy.pan()];
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.layer.width, this.layer.height);
    context.setTransform(zoom * scale, 0, 0, zoom * scale, pan.x * scale, pan.y * scale);
    const { x1, y1, x2, y2 } = cy.extent();
    const seen = ({ x, y }: Point, margin = 120) =>
      x > x1 - margin && x < x2 + margin && y > y1 - margin && y < y2 + margin;
    this.drawn.length = 0;
    this.labelSize = readable(11, zoom, 14);
    for (const box of scene.boxes) this.box(box, zoom);
    const nodes = scene.nodes.filter(({ at }) => seen(at));
    for (const node of nodes) this.node(node, zoom);
    if (zoom >= SMALLEST_LABEL)
      this.edgeLabels(
        scene.edges.filter(({ label }) => seen(label)),
        selected,
        nodes,
      );
    else
      this.edgeLabels(
        scene.edges.filter(({ id }) => id === selected || id === this.hovered),
        selected,
        [],
      );
  }

  private text(words: string, x: number, y: number, size: number, weight: number, colour: string): void {
    this.context.font = `${weight} ${size}px ${FACE}`;
    this.context.fillStyle = colour;
    this.context.fillText(words, x, y);
  }

  private box(box: SceneBox, zoom: number): void {
    const { context } = this;
    const { x, y, w } = box.rect;
    const name = nameOf(box.node);
    if (box.closed) {
      this.closed(box, zoom);
      return;
    }
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    const size = readable(12, zoom, 19);
    const room = w - 24;
    const kind = box.node.box === "app" ? "app " : box.node.box === "cluster" ? "cluster " : "";
    if (zoom * 12 > 5)
      this.text(this.fitting(kind + name, size, 620, room), x + 14, y + 8 + size, size, 620, this.colours.text);
    if (zoom * 11 > 6)
      this.text(
        this.fitting(box.totals, size - 1, 450, room),
        x + 14,
        y + 8 + size * 2.3,
        size - 1,
        450,
        this.colours.muted,
      );
  }

  /** A closed box: its name, what comes in, and a bar of its nodes by health, at the size of the screen. */
  private closed({ node, rect, totals, mix }: SceneBox, zoom: number): void {
    const { context, colours } = this;
    const { x, y, w, h } = rect;
    const size = Math.min(Math.max(12.5 / zoom, 13), w / 6, h / 4);
    const centre = { x: x + w / 2, y: y + h / 2 };
    context.textAlign = "center";
    context.textBaseline = "middle";
    const room = Math.max(6, Math.floor((w * 0.92) / (size * 0.6)));
    this.text(middle(nameOf(node), room), centre.x, centre.y - size * 0.95, size, 620, colours.text);
    if (size * zoom > 8)
      this.text(
        middle(totals, Math.floor(room * 1.2)),
        centre.x,
        centre.y + size * 0.25,
        size * 0.84,
        450,
        colours.muted,
      );
    const all = mix.reduce((sum, many) => sum + many, 0) || 1;
    const bar = { x: x + w * 0.16, y: centre.y + size * 1.15, w: w * 0.68, h: size * 0.3 };
    let left = bar.x;
    [colours.failure, colours.degraded, colours.okLine, colours.idle].forEach((colour, index) => {
      const width = (bar.w * (mix[index] ?? 0)) / all;
      context.fillStyle = colour;
      context.fillRect(left, bar.y, Math.max(0, width - (width > bar.h ? bar.h * 0.3 : 0)), bar.h);
      left += width;
    });
  }

  private node({ node, at }: SceneNode, zoom: number): void {
    const { context } = this;
    const body = bodySize(node);
    glyph(context, node, at, this.colours);
    if (zoom < SMALLEST_CAPTION) return;
    const { name, notes } = caption(node, Boolean(node.parent) || node.kind === "external");
    context.textAlign = "center";
    context.textBaseline = "top";
    const size = readable(11.5, zoom, 17);
    let y = at.y + body.h / 2 + CAPTION_GAP;
    const width = footprint(node, { name, notes }).w + 36;
    this.haloed(this.fitting(name, size, 600, width), at.x, y, size, 600, this.colours.text);
    for (const note of notes) {
      y += CAPTION_LINE * (size / 11.5);
      this.haloed(this.fitting(note, size, 430, width), at.x, y, size - 0.5, 430, this.colours.muted);
    }
  }

  /** As much of the words as fits, their middle left out. */
  private fitting(words: string, size: number, weight: number, width: number): string {
    this.context.font = `${weight} ${size}px ${FACE}`;
    const whole = this.context.measureText(words).width;
    if (whole <= width) return words;
    return middle(words, Math.max(4, Math.floor((words.length * width) / whole)));
  }

  private haloed(words: string, x: number, y: number, size: number, weight: number, colour: string): void {
    const { context } = this;
    context.font = `${weight} ${size}px ${FACE}`;
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = this.colours.box;
    context.strokeText(words, x, y);
    context.fillStyle = colour;
    context.fillText(words, x, y);
  }

  /** The most important first; one that would lie on another tries elsewhere on its line, then stays out. */
  private edgeLabels(edges: SceneEdge[], selected: string | null, nodes: SceneNode[]): void {
    const rank = (edge: SceneEdge) =>
      edge.id === selected
        ? 3
        : edge.id === this.hovered
          ? 2.5
          : edge.edge.health.status === "failure"
            ? 2
            : edge.edge.health.status === "degraded"
              ? 1
              : 0;
    const taken: Rect[] = nodes.map(({ node, at }) => bodyRect(node, at));
    const byRank = [...edges].sort((a, b) => rank(b) - rank(a) || strength(b.edge) - strength(a.edge));
    for (const edge of byRank) {
      const pieces = edgeLabel(edge.edge, this.labels);
      if (pieces.length === 0) continue;
      const width = this.measure(pieces);
      const centre = this.spot(edge, width, taken, rank(edge) >= 2.5);
      if (!centre) continue;
      const rect = { x: centre.x - width / 2, y: centre.y - this.labelHeight / 2, w: width, h: this.labelHeight };
      taken.push(rect);
      this.drawn.push({ id: edge.id, rect });
      this.label(pieces, rect, edge.id === selected);
    }
  }

  private spot(edge: SceneEdge, width: number, taken: Rect[], must: boolean): Point | null {
    const free = ({ x, y }: Point) => {
      const [left, top] = [x - width / 2, y - this.labelHeight / 2];
      return taken.every(
        (r) => left > r.x + r.w || left + width < r.x || top > r.y + r.h || top + this.labelHeight < r.y,
      );
    };
    if (free(edge.label)) return edge.label;
    const line = samples(edge.route);
    for (const share of [0.5, 0.38, 0.62, 0.28, 0.72]) {
      const point = pointAlong(line, share);
      if (free(point)) return point;
    }
    return must ? edge.label : null;
  }

  private font(piece: Piece): string {
    return `${piece.tone === "plain" ? 500 : 640} ${this.labelSize}px ${FACE}`;
  }

  private measure(pieces: Piece[]): number {
    const { context } = this;
    let width = 12;
    pieces.forEach((piece, index) => {
      context.font = this.font(piece);
      width += context.measureText(piece.text).width + (piece.lock ? 11 : 0) + (index ? 10 : 0);
    });
    return width;
  }

  private label(pieces: Piece[], rect: Rect, selected: boolean): void {
    const { context, colours } = this;
    context.beginPath();
    context.roundRect(rect.x, rect.y, rect.w, rect.h, 4);
    context.fillStyle = selected ? colours.surface : colours.box;
    context.fill();
    context.textAlign = "left";
    context.textBaseline = "middle";
    let x = rect.x + 6;
    const y = rect.y + rect.h / 2 + 0.5;
    pieces.forEach((piece, index) => {
      const colour =
        piece.tone === "failure"
          ? colours.failureText
          : piece.tone === "degraded"
            ? colours.degradedText
            : colours.muted;
      if (index) {
        context.fillStyle = colours.faint;
        context.beginPath();
        context.arc(x + 4, y, 1.2, 0, 7);
        context.fill();
        x += 10;
      }
      if (piece.lock) x += padlock(context, x, y, colour);
      context.font = this.font(piece);
      context.fillStyle = colour;
      context.fillText(piece.text, x, y);
      x += context.measureText(piece.text).width;
    });
  }

  /** The edge whose label is at a point of the picture. */
  labelAt({ x, y }: Point): string | null {
    const hit = this.drawn.find(
      ({ rect }) => x >= rect.x && x <= rect.x + rect.w && y >= rect.y && y <= rect.y + rect.h,
    );
    return hit?.id ?? null;
  }

  /** A line whose end was dragged loses its route and goes directly. */
  reroute(edge: SceneEdge, scene: Scene): void {
    const [from, to] = [
      scene.nodes.find(({ id }) => id === edge.source),
      scene.nodes.find(({ id }) => id === edge.target),
    ];
    if (!from || !to) return;
    edge.route = directRoute(from.at, bodySize(from.node).w, to.at, bodySize(to.node).w);
    edge.label = pointAlong(samples(edge.route), 0.5);
  }
}

function bodyRect(node: GraphNode, at: Point): Rect {
  const { w, h } = bodySize(node);
  const half = Math.max(w, Math.min(130, nameOf(node).length * 6.4)) / 2;
  return { x: at.x - half, y: at.y - h / 2, w: 2 * half, h: h + CAPTION_GAP + CAPTION_LINE };
}

/** A size that stays readable when the picture is small, as far as there is room for it. */
function readable(size: number, zoom: number, most: number): number {
  return Math.min(most, Math.max(size, (size - 2.5) / zoom));
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
  return 11;
}
