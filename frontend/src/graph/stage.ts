// The picture's place on the page: the canvas, its controls, the keyboard, what is said in its stead.
import { button, el, fill } from "../parts/dom";
import { Canvas, type CanvasEvents } from "./canvas";
import { STRONGEST } from "./layout/levels";
import type { Laid } from "./layout/run";
import type { Model } from "./model";
import { groupsNear } from "./near";
import { buildScene, extent, type Scene } from "./scene";
import type { LabelName } from "./state";
import { neighbour, type Spot, spoken, start } from "./walk";

export interface StageEvents {
  select(id: string | null): void;
  moved: CanvasEvents["moved"];
  relayout(): void;
}

const PAN = 60;
/** The first picture of a small graph is never smaller: captions stay readable, the rest is a pan away. */
const LEAST_FIRST = 0.52;

export class Stage {
  readonly element = el("section", { class: "stage", "aria-label": "Call graph" });
  private readonly surface = el("div", {
    class: "surface",
    tabindex: "0",
    role: "application",
    "aria-roledescription": "graph",
    "aria-describedby": "graph-help",
  });
  private readonly layer = el("canvas", { class: "layer", "aria-hidden": "true" });
  private readonly spoken = el("p", { class: "visually-hidden", "aria-live": "polite" });
  private readonly notice = el("div", { class: "notice", role: "status" });
  private readonly note = el("p", { class: "stage-note" });
  private canvas: Canvas | null = null;
  private model: Model | null = null;
  private laid: Laid | null = null;
  private scene: Scene = { boxes: [], nodes: [], edges: [] };
  private labels: readonly LabelName[] = [];
  private selected: string | null = null;
  private cursor: Spot | null = null;
  private open: ReadonlySet<string> = new Set();
  private frame = 0;

  constructor(private readonly events: StageEvents) {
    const help = el(
      "p",
      { class: "visually-hidden", id: "graph-help" },
      "Arrow keys go from node to node, Enter selects, plus and minus zoom, 0 shows everything. The table view has the same edges.",
    );
    this.element.append(this.surface, this.layer, help, this.spoken, this.notice, this.note, this.controls());
    this.surface.setAttribute("aria-label", "Call graph");
    this.surface.addEventListener("keydown", (event) => this.onKey(event));
    this.surface.addEventListener("blur", () => this.canvas?.cursor(null));
  }

  private controls(): HTMLElement {
    const make = (words: string, name: string, act: () => void) => {
      const control = button(words, { icon: name, class: "square", title: words });
      control.addEventListener("click", act);
      return control;
    };
    return el(
      "div",
      { class: "stage-controls", role: "group", "aria-label": "Picture" },
      make("Zoom in (+)", "plus", () => this.canvas?.zoomBy(1.25)),
      make("Zoom out (-)", "minus", () => this.canvas?.zoomBy(0.8)),
      make("Show everything (0)", "scan", () => this.fit()),
      make("Lay out anew", "wand-sparkles", () => this.events.relayout()),
      make("Full screen (f)", "expand", () => this.fullScreen()),
    );
  }

  fullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.element.closest("mesh-graph")?.requestFullscreen();
  }

  fit(): void {
    this.canvas?.fit();
  }

  say(...content: (HTMLElement | null)[]): void {
    fill(this.notice, ...content);
  }

  /** Shows a model where a layout put it. `fit` for the first picture of a shape; a refresh leaves the view alone. */
  show(model: Model, laid: Laid, labels: readonly LabelName[], selected: string | null, fit: boolean): void {
    const first = this.canvas === null;
    this.canvas ??= new Canvas(this.surface, this.layer, {
      select: (id) => this.events.select(id),
      enter: (box) => this.enter(box),
      moved: (id, to) => this.events.moved(id, to),
      viewport: () => this.onViewport(),
    });
    [this.model, this.laid, this.labels, this.selected] = [model, laid, labels, selected];
    this.redraw();
    if (fit || first) this.canvas.fit(undefined, laid.groups ? 0 : LEAST_FIRST);
    if (laid.groups && this.nearChanged()) this.redraw();
    this.canvas.mark(selected);
    if (first && selected) this.reveal(selected);
  }

  private redraw(): void {
    if (!this.model || !this.laid || !this.canvas) return;
    this.scene = buildScene(this.model, this.laid, this.open, this.selected);
    this.canvas.show(this.scene, this.labels);
    this.canvas.mark(this.selected);
    const { groups } = this.laid;
    const sums = groups ? groups.sums.length : 0;
    const words = groups
      ? `${this.model.leaves.length.toLocaleString("en")} nodes in ${groups.boxes.size} namespaces. Zoom in, or double-click one, to see inside.${sums > STRONGEST ? ` The ${STRONGEST} strongest of ${sums.toLocaleString("en")} connections between them are drawn; the table has every edge.` : ""}`
      : "";
    fill(this.note, words);
  }

  private onViewport(): void {
    if (!this.laid?.groups || this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.nearChanged()) this.redraw();
    });
  }

  private nearChanged(): boolean {
    if (!this.laid?.groups || !this.canvas) return false;
    const near = groupsNear(this.laid, this.canvas.sight(), this.canvas.zoom(), this.open);
    const same = near.size === this.open.size && [...near].every((id) => this.open.has(id));
    this.open = near;
    return !same;
  }

  /** Which of the groups still without an inside is nearest to the middle of what is in sight. */
  nextGroup(waiting: string[]): string {
    const sight = this.canvas?.sight();
    const picture = this.laid?.picture;
    if (!sight || !picture) return waiting[0]!;
    const far = (id: string) => {
      const rect = picture.boxes.get(id);
      return rect
        ? Math.hypot(rect.x + rect.w / 2 - sight.x - sight.w / 2, rect.y + rect.h / 2 - sight.y - sight.h / 2)
        : 0;
    };
    return waiting.reduce((best, id) => (far(id) < far(best) ? id : best));
  }

  enter(box: string): void {
    const rect = this.scene.boxes.find(({ id }) => id === box)?.rect;
    if (rect) this.canvas?.fit(rect);
  }

  select(id: string | null): void {
    this.selected = id;
    if (this.laid?.groups) this.redraw();
    else this.canvas?.mark(id);
  }

  /** Brings something into sight; on big graphs that opens its group. */
  reveal(id: string): void {
    const group = this.laid?.groups?.of.get(id);
    if (group && group !== id && !this.open.has(group)) this.enter(group);
    const at = this.laid?.picture.nodes.get(id) ?? this.scene.edges.find((edge) => edge.id === id)?.label;
    if (at) this.canvas?.reveal(at);
  }

  retheme(): void {
    this.canvas?.retheme();
  }

  private spots(): Spot[] {
    const closed = this.scene.boxes
      .filter((box) => box.closed)
      .map(({ id, rect }) => ({ id, at: { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 } }));
    return [...this.scene.nodes.map(({ id, at }) => ({ id, at })), ...closed];
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.keys()[event.key];
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      if (event.shiftKey) this.pan(event.key);
      else this.walk(event.key);
    } else if (act) {
      event.preventDefault();
      act();
    }
  }

  private keys(): Record<string, () => void> {
    const choose = () => this.cursor && this.events.select(this.cursor.id);
    return {
      Enter: choose,
      " ": choose,
      "+": () => this.canvas?.zoomBy(1.25),
      "=": () => this.canvas?.zoomBy(1.25),
      "-": () => this.canvas?.zoomBy(0.8),
      "0": () => this.fit(),
      f: () => this.fullScreen(),
      e: () => this.nextEdge(),
    };
  }

  private pan(key: string): void {
    const x = key === "ArrowLeft" ? PAN : key === "ArrowRight" ? -PAN : 0;
    const y = key === "ArrowUp" ? PAN : key === "ArrowDown" ? -PAN : 0;
    this.canvas?.panBy(x, y);
  }

  private walk(key: string): void {
    const spots = this.spots();
    const here = spots.find(({ id }) => id === (this.cursor?.id ?? this.selected));
    const next = here ? neighbour(spots, here, key) : start(spots);
    if (!next) return;
    this.cursor = next;
    this.canvas?.cursor(next.id);
    this.canvas?.reveal(next.at);
    const node = this.model?.nodes.get(next.id) ?? this.laid?.groups?.boxes.get(next.id);
    if (node && this.model) fill(this.spoken, spoken(this.model, node));
  }

  /** `e` goes through the edges of the node under the keyboard. */
  private nextEdge(): void {
    const id = this.cursor?.id;
    if (!id) return;
    const edges = this.scene.edges.filter(({ source, target }) => source === id || target === id);
    if (edges.length === 0) return;
    const at = edges.findIndex((edge) => edge.id === this.selected);
    this.events.select(edges[(at + 1) % edges.length]!.id);
  }

  empty(): boolean {
    return extent(this.scene) === null;
  }
}
