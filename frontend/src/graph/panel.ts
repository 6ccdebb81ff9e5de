// The side panel: what is selected, or, with nothing selected, what all of it adds up to.
import { button, copy, el, fill, icon, set } from "../parts/dom";
import { middle } from "../parts/format";
import type { GraphEdge, GraphNode, Model } from "./model";
import { edgePanel } from "./panel-edge";
import { boxPanel, nodePanel } from "./panel-node";
import { totalsPanel } from "./panel-totals";
import type { Summed } from "./sums";

export interface PanelEvents {
  select(id: string | null): void;
  enter(box: string): void;
}

export interface Subject {
  model: Model;
  node?: GraphNode;
  edge?: GraphEdge;
  summed?: Summed;
  members?: GraphNode[];
  select(id: string): void;
  enter(box: string): void;
}

export class Panel {
  readonly element = el("aside", { class: "panel", "aria-label": "Details", tabindex: "-1" });
  private shown = "";

  constructor(private readonly events: PanelEvents) {}

  /** Renders anew, keeps its scroll while the subject stays, and keeps focus where it was. */
  show(subject: Subject): void {
    const id = subject.node?.id ?? subject.edge?.id ?? "";
    const scroll = id === this.shown ? this.element.scrollTop : 0;
    const focused = this.element.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset["focus"]
      : undefined;
    this.shown = id;
    set(this.element, { "data-selected": id !== "" });
    fill(this.element, ...this.parts(subject));
    this.element.scrollTop = scroll;
    if (focused)
      this.element.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  private parts(subject: Subject): HTMLElement[] {
    if (subject.edge) return [this.foot(), ...edgePanel(subject, subject.edge)];
    if (subject.node?.kind === "box") return [this.foot(), ...boxPanel(subject, subject.node)];
    if (subject.node) return [this.foot(), ...nodePanel(subject, subject.node)];
    return totalsPanel(subject);
  }

  private foot(): HTMLElement {
    const link = button("Copy link", { icon: "copy", class: "square quiet", title: "Copy a link to this" });
    set(link, { "data-focus": "copy" });
    link.addEventListener("click", async () => {
      const done = await copy(location.href);
      fill(link, icon(done ? "check" : "x"));
      setTimeout(() => fill(link, icon("copy")), 1500);
    });
    const close = button("Select nothing", { icon: "x", class: "square quiet", title: "Select nothing (Esc)" });
    set(close, { "data-focus": "close" });
    close.addEventListener("click", () => this.events.select(null));
    return el("div", { class: "panel-tools" }, link, close);
  }
}

export function heading(kind: string, title: string, whole = title): HTMLElement {
  return el(
    "header",
    { class: "panel-head" },
    el("p", { class: "muted" }, kind),
    el("h2", { title: whole }, middle(title, 60)),
  );
}

export interface Figure {
  words: string;
  value: string;
  exact?: string;
  tone?: string;
}

export function figures(list: (Figure | null)[]): HTMLElement {
  const rows = list.flatMap((figure) => {
    if (!figure) return [];
    const value = el("dd", { class: `number ${figure.tone ?? ""}`.trim(), title: figure.exact }, figure.value);
    return [el("dt", {}, figure.words), value];
  });
  return el("dl", { class: "figures" }, ...rows);
}

export function part(title: string, ...children: (HTMLElement | SVGElement | null)[]): HTMLElement {
  return el("section", { class: "panel-part" }, el("h3", {}, title), ...children);
}
