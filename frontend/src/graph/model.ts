// The graph document of /api/v1/graph (docs/api.md), and what a page has to look up in it.
import { clean } from "../parts/format";
import type { Health } from "../parts/messages";

export type GraphType = "app" | "versioned-app" | "workload" | "service";
export type NodeKind =
  | "workload"
  | "app"
  | "service"
  | "operation"
  | "external"
  | "passthrough"
  | "blackhole"
  | "unknown"
  | "box";

export interface Cause {
  code: string;
  message: string;
}

export interface Flow {
  rate?: number | null;
  error_share?: number | null;
  error_rate?: number | null;
  sent_rate?: number | null;
  received_rate?: number | null;
}

export interface GraphNode {
  id: string;
  kind: NodeKind;
  name?: string;
  box?: "namespace" | "app" | "cluster";
  cluster?: string | null;
  namespace?: string | null;
  workload?: string | null;
  app?: string | null;
  version?: string | null;
  service?: string | null;
  parent?: string | null;
  traffic: { inbound: Record<string, Flow | null>; outbound: Record<string, Flow | null> };
  health: Health;
  badges: string[];
  cause: Cause | null;
}

export interface Latency {
  mean_ms?: number | null;
  p50_ms: number | null;
  p90_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
}

export interface Answered {
  code: string;
  grpc_status: string | null;
  flags: string | null;
  rate: number;
}

export interface TcpRates {
  sent_rate: number | null;
  received_rate: number | null;
  opened_rate?: number | null;
  closed_rate?: number | null;
}

export interface GraphEdge {
  id: string;
  source: string;
  target: string;
  protocol: "http" | "grpc" | "tcp";
  /** Of TCP edges: connections opened per second. */
  rate: number | null;
  error_rate: number | null;
  error_share: number | null;
  source_share: number | null;
  latency: Latency | null;
  latency_buckets?: { le_ms: (number | null)[]; rates: number[] } | null;
  request_bytes_rate: number | null;
  response_bytes_rate: number | null;
  tcp: TcpRates | null;
  /** Messages per second on gRPC edges; a stream has many per request. */
  grpc?: { request_messages_rate: number | null; response_messages_rate: number | null } | null;
  mtls_share: number | null;
  mtls?: { mutual_tls: number; none: number; unknown: number } | null;
  errors?: { http_5xx: number; http_4xx: number; no_response: number; grpc: number } | null;
  /** The services the source asked for. */
  services?: { namespace: string | null; name: string; host: string; rate: number }[] | null;
  /** Null in a summary: the details of one edge are asked for when it is selected. */
  principals: { source: string[]; target: string[] } | null;
  responses: Answered[] | null;
  reporters: string[];
  health: Health;
  cause: Cause | null;
}

export interface MissingColumn {
  column: string;
  source: string;
  error: string;
  since: string | number;
}

export interface SnapshotInfo {
  taken_at: string;
  window_seconds: number;
  age_seconds: number;
  complete: boolean;
  missing: MissingColumn[];
  warnings: string[];
}

export interface Totals {
  nodes: number;
  edges: number;
  http?: { rate: number | null; error_rate: number | null; error_share: number | null; latency: Latency | null } | null;
  grpc?: {
    rate: number | null;
    error_rate: number | null;
    error_share: number | null;
    latency?: Latency | null;
  } | null;
  tcp?: { sent_rate: number | null; received_rate: number | null } | null;
  verdict?: { status: string; sentence: string } | null;
}

export interface GraphDocument {
  snapshot: SnapshotInfo;
  type: GraphType;
  detail?: "full" | "summary";
  window_seconds?: number;
  namespaces?: string[];
  status?: {
    state: string;
    sources: {
      name: string;
      state: string;
      since?: string | number | null;
      error?: string | null;
      remedy?: string | null;
    }[];
  };
  totals: Totals;
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export const SEVERITY = ["failure", "degraded", "not_ready", "unknown", "healthy", "idle"];

/** Which of two states an operator must see first. */
export function worse(a: string, b: string): string {
  const [x, y] = [SEVERITY.indexOf(a), SEVERITY.indexOf(b)];
  return (x < 0 ? SEVERITY.length : x) <= (y < 0 ? SEVERITY.length : y) ? a : b;
}

export function severity(status: string): number {
  const at = SEVERITY.indexOf(status);
  return at < 0 ? SEVERITY.length : at;
}

/** A graph document with its look-ups. */
export class Model {
  readonly nodes = new Map<string, GraphNode>();
  readonly edges = new Map<string, GraphEdge>();
  readonly boxes: GraphNode[] = [];
  readonly leaves: GraphNode[] = [];
  private readonly touching = new Map<string, GraphEdge[]>();

  constructor(readonly document: GraphDocument) {
    for (const node of document.nodes) {
      this.nodes.set(node.id, node);
      (node.kind === "box" ? this.boxes : this.leaves).push(node);
    }
    for (const edge of document.edges) {
      if (!this.nodes.has(edge.source) || !this.nodes.has(edge.target)) continue;
      this.edges.set(edge.id, edge);
      for (const end of new Set([edge.source, edge.target])) {
        const list = this.touching.get(end);
        if (list) list.push(edge);
        else this.touching.set(end, [edge]);
      }
    }
  }

  /** Puts fuller edges in the place of summaries. */
  enrich(edges: GraphEdge[]): void {
    for (const edge of edges) {
      if (!this.edges.has(edge.id)) continue;
      this.edges.set(edge.id, edge);
      for (const end of new Set([edge.source, edge.target])) {
        const list = this.touching.get(end) ?? [];
        this.touching.set(
          end,
          list.map((known) => (known.id === edge.id ? edge : known)),
        );
      }
    }
  }

  edgesOf(id: string): GraphEdge[] {
    return this.touching.get(id) ?? [];
  }

  /** The node itself when it is no box, else everything in it, however deep. */
  leavesOf(id: string): GraphNode[] {
    return this.leaves.filter((leaf) => this.within(leaf, id));
  }

  within(node: GraphNode, box: string): boolean {
    let at: string | null | undefined = node.parent;
    for (let depth = 0; at && depth < 8; depth++) {
      if (at === box) return true;
      at = this.nodes.get(at)?.parent;
    }
    return false;
  }

  has(id: string): boolean {
    return this.nodes.has(id) || this.edges.has(id);
  }
}

/** What to print for a node. */
export function nameOf(node: GraphNode | undefined): string {
  if (!node) return "?";
  return clean(node.name || node.workload || node.app || node.service || node.namespace || node.kind);
}

/** The printed name with its version, when the name does not say it already. */
export function titleOf(node: GraphNode | undefined): string {
  const name = nameOf(node);
  const version = versionOf(node);
  return version ? `${name} ${version}` : name;
}

export function versionOf(node: GraphNode | undefined): string {
  const version = node?.version ?? "";
  if (!node || !version || version === "unknown" || version === "latest") return "";
  if (node.kind !== "workload" && node.kind !== "app") return "";
  return nameOf(node).split(/[\s-]/).includes(version) ? "" : version;
}

export function isGateway(node: GraphNode): boolean {
  return node.badges.includes("gateway");
}

/** What moves on an edge: requests, or bytes on TCP. */
export function bytesOf(edge: GraphEdge): number | null {
  if (edge.tcp) return (edge.tcp.sent_rate ?? 0) + (edge.tcp.received_rate ?? 0);
  if (edge.request_bytes_rate === null && edge.response_bytes_rate === null) return null;
  return (edge.request_bytes_rate ?? 0) + (edge.response_bytes_rate ?? 0);
}

/** Requests per second; TCP has none. */
export function requestsOf(edge: GraphEdge): number {
  return edge.protocol === "tcp" ? 0 : (edge.rate ?? 0);
}
