// The row above the picture: what to show and how. Every choice goes into the URL and comes back from it.
import { checkGroup } from "../parts/choices";
import { button, el, fill, icon } from "../parts/dom";
import { middle } from "../parts/format";
import { go } from "../parts/place";
import { popover } from "../parts/popover";
import { segmented } from "../parts/segmented";
import { fillLegend } from "./legend";
import type { GraphType, Model } from "./model";
import { BOXES, changes, type GraphState, LABELS, type LabelName, TYPES } from "./state";

const LABEL_WORDS: Record<LabelName, string> = {
  rate: "Rate",
  share: "% of source's traffic",
  errors: "Errors",
  p50: "Response time p50",
  p95: "Response time p95",
  p99: "Response time p99",
  throughput: "Throughput",
  protocol: "Protocol",
  mtls: "mTLS lock",
};
const SHORT: Record<LabelName, string> = {
  ...LABEL_WORDS,
  rate: "rate",
  share: "share",
  errors: "errors",
  p50: "p50",
  p95: "p95",
  p99: "p99",
  throughput: "throughput",
  protocol: "protocol",
  mtls: "mTLS",
};
const BOX_WORDS: Record<string, string> = { cluster: "Clusters", namespace: "Namespaces", app: "Apps" };

function change(part: Partial<GraphState>, replace = false): void {
  go(changes(part), replace);
}

export class Toolbar {
  readonly element = el("div", { class: "toolbar", role: "toolbar", "aria-label": "What the graph shows" });
  private readonly types = segmented("Type of graph", TYPES, (value) => change({ type: value as GraphType }));
  private readonly views = segmented(
    "View",
    [
      { value: "graph", words: "Graph" },
      { value: "table", words: "Table" },
    ],
    (value) => change({ view: value as "graph" | "table" }),
  );
  private readonly namespaces = button("");
  private readonly labels = button("");
  private readonly show = button("Show");
  private readonly legend = button("Legend");
  private state: GraphState | null = null;
  private model: Model | null = null;

  constructor() {
    const group = (...children: HTMLElement[]) => el("span", { class: "toolbar-part" }, ...children);
    this.element.append(
      this.types.element,
      group(this.namespaces),
      group(this.labels),
      group(this.show),
      el("span", { class: "toolbar-end" }, group(this.legend), this.views.element),
    );
    popover(this.namespaces, "Namespaces", (panel) => this.fillNamespaces(panel));
    popover(this.labels, "Labels of edges", (panel) => this.fillLabels(panel));
    popover(this.show, "What is drawn", (panel) => this.fillShow(panel));
    popover(this.legend, "Legend", fillLegend);
  }

  update(state: GraphState, model: Model | null): void {
    this.state = state;
    this.model = model;
    this.types.show(state.type);
    this.views.show(state.view);
    label(this.namespaces, namespaceWords(state.namespaces));
    label(
      this.labels,
      state.labels.length ? `Labels: ${state.labels.map((name) => SHORT[name]).join(", ")}` : "Labels: none",
    );
    const extra = [state.serviceNodes ? "services" : "", state.idle ? "idle" : ""].filter(Boolean);
    label(this.show, extra.length ? `Show: ${extra.join(", ")}` : "Show");
  }

  private fillNamespaces(panel: HTMLElement): void {
    const known = new Set([...(this.model?.document.namespaces ?? []), ...(this.state?.namespaces ?? [])]);
    const counts = new Map<string, number>();
    for (const { namespace } of this.model?.leaves ?? [])
      if (namespace) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
    const options = [...known]
      .sort()
      .map((value) => ({ value, words: value, note: counts.has(value) ? String(counts.get(value)) : "" }));
    const chosen = new Set(this.state?.namespaces ?? []);
    fill(
      panel,
      checkGroup({
        label: "namespaces",
        options,
        chosen,
        search: true,
        clear: "All namespaces",
        change: (next) => change({ namespaces: [...next].sort() }, true),
      }),
    );
  }

  private fillLabels(panel: HTMLElement): void {
    const options = LABELS.map((value) => ({ value, words: LABEL_WORDS[value] }));
    const chosen = new Set<string>(this.state?.labels ?? []);
    const apply = (next: Set<string>) => change({ labels: LABELS.filter((name) => next.has(name)) }, true);
    fill(
      panel,
      el("div", { class: "popover-title" }, "On edges"),
      checkGroup({ label: "labels", options, chosen, change: apply }),
    );
  }

  private fillShow(panel: HTMLElement): void {
    const { serviceNodes = false, idle = false, box = [] } = this.state ?? {};
    const nodes = checkGroup({
      label: "nodes",
      options: [
        { value: "services", words: "Service nodes" },
        { value: "idle", words: "Idle nodes and edges" },
      ],
      chosen: new Set([serviceNodes ? "services" : "", idle ? "idle" : ""]),
      change: (next) => change({ serviceNodes: next.has("services"), idle: next.has("idle") }, true),
    });
    const boxes = checkGroup({
      label: "boxes",
      options: BOXES.map((value) => ({ value, words: BOX_WORDS[value]! })),
      chosen: new Set(box),
      change: (next) => change({ box: BOXES.filter((name) => next.has(name)) }, true),
    });
    fill(
      panel,
      el("div", { class: "popover-title" }, "Nodes"),
      nodes,
      el("hr"),
      el("div", { class: "popover-title" }, "Boxes around"),
      boxes,
    );
  }
}

function label(target: HTMLElement, words: string): void {
  target.title = words;
  fill(target, middle(words, 34), icon("chevron-down"));
}

export function namespaceWords(namespaces: string[]): string {
  if (namespaces.length === 0) return "All namespaces";
  return namespaces.length === 1 ? namespaces[0]! : `${namespaces.length} namespaces`;
}
