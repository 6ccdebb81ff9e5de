// Cytoscape under the scene: shapes, lines, hits, gestures. The scene goes in whole; only differences are applied.
import cytoscape from "cytoscape";
import { readColours } from "./colours";
import { curve } from "./layout/routes";
import { bodySize, type Point, type Rect, shapeOf } from "./layout/shapes";
import { Painter, reroute } from "./painter";
import { extent, type Scene, type SceneEdge } from "./scene";
import type { LabelName } from "./state";
import { stylesheet } from "./style";

const PADDING = 16;
/** More below: the controls stand there. */
const BELOW = 58;
const LARGEST_FIT = 1.25;

export interface CanvasEvents {
  select(id: string | null): void;
  enter(box: string): void;
  moved(id: string, to: Point): void;
  viewport(): void;
}

export class Canvas {
  private readonly cy: cytoscape.Core;
  private readonly painter: Painter;
  private scene: Scene = { boxes: [], nodes: [], edges: [] };
  private readonly centres = new Map<string, Point>();
  private selected: string | null = null;

  constructor(
    container: HTMLElement,
    overlay: HTMLCanvasElement,
    private readonly events: CanvasEvents,
  ) {
    const colours = readColours();
    this.cy = cytoscape({
      container,
      style: stylesheet(colours),
      minZoom: 0.02,
      maxZoom: 3,
      boxSelectionEnabled: false,
      autounselectify: true,
      layout: { name: "preset" },
    });
    this.painter = new Painter(overlay, this.cy, colours);
    this.listen(container);
  }

  private listen(container: HTMLElement): void {
    const { cy } = this;
    cy.on("render", () => this.painter.paint(this.scene, this.selected));
    cy.on("viewport", () => this.events.viewport());
    cy.on("tap", (event) => this.onTap(event));
    cy.on("dbltap", "node.box", (event) => this.events.enter(event.target.id()));
    cy.on("mouseover", "node, edge", ({ target }) => this.hover(target, true));
    cy.on("mouseout", "node, edge", ({ target }) => this.hover(target, false));
    cy.on("drag", "node", ({ target }) => this.onDrag(target));
    cy.on("dragfree", "node", ({ target }) => this.events.moved(target.id(), { ...target.position() }));
    new ResizeObserver(() => {
      cy.resize();
      this.painter.resize();
    }).observe(container);
  }

  private hover(target: cytoscape.SingularElementArgument, on: boolean): void {
    target.toggleClass("hover", on);
    this.cy.container()!.style.cursor = on ? "pointer" : "";
    this.painter.hovered = on ? target.id() : null;
  }

  private onTap(event: cytoscape.EventObject): void {
    const label = this.painter.labels.at(event.position);
    this.events.select(label ?? (event.target === this.cy ? null : event.target.id()));
  }

  /** The lines of a dragged node follow it; the rest of the picture stays. */
  private onDrag(node: cytoscape.NodeSingular): void {
    const moved = this.scene.nodes.find(({ id }) => id === node.id());
    if (!moved) return;
    moved.at = { ...node.position() };
    this.centres.set(moved.id, moved.at);
    for (const edge of this.scene.edges) {
      if (edge.source !== node.id() && edge.target !== node.id()) continue;
      reroute(edge, this.scene);
      this.cy.getElementById(edge.id).data(this.edgeData(edge));
    }
  }

  show(scene: Scene, labels: readonly LabelName[]): void {
    this.scene = scene;
    this.painter.labels.labels = labels;
    this.centres.clear();
    for (const { id, rect } of scene.boxes) this.centres.set(id, { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 });
    for (const { id, at } of scene.nodes) this.centres.set(id, at);
    const { cy } = this;
    cy.batch(() => {
      const keep = new Set<string>();
      for (const box of scene.boxes) keep.add(this.put(box.id, this.boxElement(box)).id());
      for (const node of scene.nodes) keep.add(this.put(node.id, nodeElement(node)).id());
      for (const edge of scene.edges) keep.add(this.put(edge.id, this.edgeElement(edge)).id());
      cy.elements()
        .filter((element) => !keep.has(element.id()))
        .remove();
    });
    this.mark(this.selected);
  }

  private put(id: string, definition: cytoscape.ElementDefinition): cytoscape.SingularElementReturnValue {
    const known = this.cy.getElementById(id);
    if (known.empty()) return this.cy.add(definition)[0] as cytoscape.SingularElementReturnValue;
    if (
      known.isEdge() &&
      (known.data("source") !== definition.data["source"] || known.data("target") !== definition.data["target"])
    ) {
      known.remove();
      return this.cy.add(definition)[0] as cytoscape.SingularElementReturnValue;
    }
    const cursor = known.hasClass("cursor") ? " cursor" : "";
    known.data(definition.data);
    known.classes(`${String(definition.classes)}${cursor}`);
    if (definition.position && !known.grabbed()) known.position(definition.position);
    return known as cytoscape.SingularElementReturnValue;
  }

  private boxElement(box: Scene["boxes"][number]): cytoscape.ElementDefinition {
    const { rect } = box;
    const outer = box.node.box === "cluster" ? -30 : box.node.box === "namespace" ? -20 : -10;
    return {
      group: "nodes",
      data: { id: box.id, w: rect.w, h: rect.h, z: outer, b: box.closed ? 7 : 1 },
      position: { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 },
      classes: `box ${box.closed ? `closed ${box.node.health.status}` : ""}`,
      grabbable: false,
      pannable: true,
    };
  }

  private edgeElement(edge: SceneEdge): cytoscape.ElementDefinition {
    const protocol = edge.edge.protocol === "tcp" ? "tcp" : "";
    return {
      group: "edges",
      data: { id: edge.id, source: edge.source, target: edge.target, ...this.edgeData(edge) },
      classes: `${edge.edge.health.status} ${protocol} ${edge.summed ? "summed" : ""}`,
    };
  }

  private edgeData(edge: SceneEdge): Record<string, unknown> {
    const centre = (id: string): Point => this.centres.get(id) ?? edge.route[0]!;
    const { source, target, weights, distances } = curve(edge.route, centre(edge.source), centre(edge.target));
    return { width: edge.width, weights, distances, from: [source.x, source.y], to: [target.x, target.y] };
  }

  /** Shows what is selected, without moving anything. */
  mark(id: string | null): void {
    this.selected = id;
    this.cy.elements(".selected").removeClass("selected");
    if (id) this.cy.getElementById(id).addClass("selected");
    this.cy.forceRender();
  }

  cursor(id: string | null): void {
    this.cy.elements(".cursor").removeClass("cursor");
    if (id) this.cy.getElementById(id).addClass("cursor");
  }

  retheme(): void {
    const colours = readColours();
    this.painter.colours = colours;
    this.cy.style(stylesheet(colours));
    this.cy.forceRender();
  }

  /** Shows a rectangle whole; with `least`, no smaller than that zoom, from its left: where the calls begin. */
  fit(rect: Rect | null = extent(this.scene), least = 0): void {
    const [width, height] = [this.cy.width(), this.cy.height()];
    if (!rect || width < 10 || height < 10) return;
    const whole = Math.min(LARGEST_FIT, (width - 2 * PADDING) / rect.w, (height - PADDING - BELOW) / rect.h);
    const zoom = Math.max(whole, least);
    const left =
      rect.w * zoom > width - 2 * PADDING ? PADDING - rect.x * zoom : width / 2 - (rect.x + rect.w / 2) * zoom;
    const pan = { x: left, y: (height + PADDING - BELOW) / 2 - (rect.y + rect.h / 2) * zoom };
    this.cy.viewport({ zoom, pan });
  }

  zoomBy(factor: number): void {
    this.cy.zoom({
      level: this.cy.zoom() * factor,
      renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 },
    });
  }

  panBy(x: number, y: number): void {
    this.cy.panBy({ x, y });
  }

  zoom(): number {
    return this.cy.zoom();
  }

  /** What of the picture is in sight, in its own coordinates. */
  sight(): Rect {
    const { x1, y1, w, h } = this.cy.extent();
    return { x: x1, y: y1, w, h };
  }

  /** Brings a point into sight if it is not. */
  reveal(at: Point): void {
    const { x, y, w, h } = this.sight();
    const inside = at.x > x + w * 0.06 && at.x < x + w * 0.94 && at.y > y + h * 0.06 && at.y < y + h * 0.94;
    if (inside) return;
    const zoom = this.cy.zoom();
    this.cy.pan({ x: this.cy.width() / 2 - at.x * zoom, y: this.cy.height() / 2 - at.y * zoom });
  }
}

function nodeElement({ id, node, at }: Scene["nodes"][number]): cytoscape.ElementDefinition {
  const { w, h } = bodySize(node);
  return { group: "nodes", data: { id, w, h }, position: { ...at }, classes: `${shapeOf(node)} ${node.health.status}` };
}
