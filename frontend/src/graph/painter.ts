// Draws on the layer above Cytoscape: captions, glyphs, edge labels, heads of boxes. Text only ever as text.
import type cytoscape from "cytoscape";
import type { Colours } from "./colours";
import { directRoute, pointAlong, samples } from "./layout/routes";
import { bodySize, type Point } from "./layout/shapes";
import { paintBox } from "./paint-boxes";
import { LabelPainter } from "./paint-labels";
import { paintNode } from "./paint-nodes";
import { Pen } from "./pen";
import type { Scene, SceneEdge } from "./scene";

const SMALLEST_LABEL = 0.45;
const MARGIN = 120;

export class Painter {
  hovered: string | null = null;
  readonly labels: LabelPainter;
  private readonly pen: Pen;
  private scale = 1;

  constructor(
    private readonly layer: HTMLCanvasElement,
    private readonly cy: cytoscape.Core,
    public colours: Colours,
  ) {
    this.pen = new Pen(layer.getContext("2d")!);
    this.labels = new LabelPainter(this.pen);
    this.resize();
  }

  resize(): void {
    this.scale = window.devicePixelRatio || 1;
    this.layer.width = Math.round(this.cy.width() * this.scale);
    this.layer.height = Math.round(this.cy.height() * this.scale);
  }

  paint(scene: Scene, selected: string | null): void {
    const { cy, scale, colours, pen } = this;
    const [zoom, pan] = [cy.zoom(), cy.pan()];
    pen.context.setTransform(1, 0, 0, 1, 0, 0);
    pen.context.clearRect(0, 0, this.layer.width, this.layer.height);
    pen.context.setTransform(zoom * scale, 0, 0, zoom * scale, pan.x * scale, pan.y * scale);
    const { x1, y1, x2, y2 } = cy.extent();
    const seen = ({ x, y }: Point) => x > x1 - MARGIN && x < x2 + MARGIN && y > y1 - MARGIN && y < y2 + MARGIN;
    for (const box of scene.boxes) paintBox(pen, box, zoom, colours);
    const nodes = scene.nodes.filter(({ at }) => seen(at));
    for (const node of nodes) paintNode(pen, node, zoom, colours);
    const { hovered } = this;
    const far = zoom < SMALLEST_LABEL;
    const edges = scene.edges.filter((edge) => (far ? edge.id === selected || edge.id === hovered : seen(edge.label)));
    this.labels.paint({ edges, nodes: far ? [] : nodes, boxes: scene.boxes }, { selected, hovered }, zoom, colours);
  }
}

/** A line whose end was dragged loses its route and goes directly. */
export function reroute(edge: SceneEdge, scene: Scene): void {
  const from = scene.nodes.find(({ id }) => id === edge.source);
  const to = scene.nodes.find(({ id }) => id === edge.target);
  if (!from || !to) return;
  edge.route = directRoute(from.at, bodySize(from.node).w, to.at, bodySize(to.node).w);
  edge.label = pointAlong(samples(edge.route), 0.5);
}
