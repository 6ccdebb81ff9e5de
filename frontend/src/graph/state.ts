// The page's state is its URL: parsed here, written here, defaults left out.
import type { Changes } from "../parts/place";
import { DEFAULT_WINDOW } from "../parts/windows";
import type { GraphType } from "./model";

export const TYPES: { value: GraphType; words: string }[] = [
  { value: "app", words: "App" },
  { value: "versioned-app", words: "Versioned app" },
  { value: "workload", words: "Workload" },
  { value: "service", words: "Service" },
];
export const LABELS = ["rate", "share", "errors", "p50", "p95", "p99", "throughput", "protocol", "mtls"] as const;
export type LabelName = (typeof LABELS)[number];
export const BOXES = ["cluster", "namespace", "app"] as const;

export interface GraphState {
  type: GraphType;
  namespaces: string[];
  window: string;
  at: string | null;
  serviceNodes: boolean;
  idle: boolean;
  box: string[];
  labels: LabelName[];
  view: "graph" | "table";
  select: string | null;
}

const DEFAULTS: GraphState = {
  type: "workload",
  namespaces: [],
  window: DEFAULT_WINDOW,
  at: null,
  serviceNodes: false,
  idle: false,
  box: ["namespace"],
  labels: ["rate", "errors"],
  view: "graph",
  select: null,
};

function list(text: string | null): string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}

/** What the reader asked for. Values the API must judge (type, namespaces, window, box) pass as they are. */
export function parseState(params: URLSearchParams): GraphState {
  const labels = params.get("labels");
  return {
    type: (params.get("type") ?? DEFAULTS.type) as GraphType,
    namespaces: list(params.get("namespaces")),
    window: params.get("window") ?? DEFAULTS.window,
    at: params.get("at"),
    serviceNodes: params.get("service_nodes") === "true",
    idle: params.get("idle") === "true",
    box: params.has("box") ? list(params.get("box")) : DEFAULTS.box,
    labels: labels === null ? DEFAULTS.labels : LABELS.filter((name) => list(labels).includes(name)),
    view: params.get("view") === "table" ? "table" : "graph",
    select: params.get("select"),
  };
}

/** The parameters that say this part of the state; null where the default says it already. */
export function changes(part: Partial<GraphState>): Changes {
  const out: Changes = {};
  if (part.type !== undefined) out["type"] = part.type === DEFAULTS.type ? null : part.type;
  if (part.namespaces) out["namespaces"] = part.namespaces.length ? part.namespaces.join(",") : null;
  if (part.serviceNodes !== undefined) out["service_nodes"] = part.serviceNodes ? "true" : null;
  if (part.idle !== undefined) out["idle"] = part.idle ? "true" : null;
  if (part.box) out["box"] = same(part.box, DEFAULTS.box) ? null : part.box.join(",");
  if (part.labels) out["labels"] = same(part.labels, DEFAULTS.labels) ? null : part.labels.join(",");
  if (part.view !== undefined) out["view"] = part.view === "graph" ? null : part.view;
  if (part.select !== undefined) out["select"] = part.select;
  return out;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}

/** The API address of what this state shows. */
export function apiQuery(base: string, state: GraphState): string {
  const query = new URLSearchParams({ type: state.type, window: state.window });
  if (state.at) query.set("at", state.at);
  if (state.namespaces.length) query.set("namespaces", state.namespaces.join(","));
  if (state.serviceNodes) query.set("service_nodes", "true");
  if (state.idle) query.set("idle", "true");
  if (state.box.length) query.set("box", state.box.join(","));
  return `${base}?${query.toString().replaceAll("%2C", ",")}`;
}

/** Two states that differ in more than time, labels, view and selection want a new layout. */
export function shapeKey(state: GraphState): string {
  const { type, namespaces, serviceNodes, idle, box } = state;
  return JSON.stringify([type, [...namespaces].sort(), serviceNodes, idle, box]);
}
