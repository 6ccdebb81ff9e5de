// What is written on the picture: captions of nodes, labels of edges. Pure: text and tones, no drawing.
import { byteRate, count, duration, middle, rate, share } from "../parts/format";
import { bytesOf, type GraphEdge, type GraphNode, nameOf, versionOf } from "./model";
import type { LabelName } from "./state";

export interface Piece {
  text: string;
  tone: "plain" | "failure" | "degraded" | "faint";
  lock?: boolean;
}

export interface Caption {
  name: string;
  notes: string[];
}

/** What stands under a node nobody can name; the panel has the whole sentence. */
const CAUSES: Record<string, string> = {
  plaintext_client: "plaintext client, no sidecar",
  outside_client: "client outside the mesh",
  identity_exchange_failed: "identity exchange failed",
  no_peer_metadata: "no peer metadata",
  no_destination_metadata: "server without proxy",
  missing_label: "a label is missing",
  no_healthy_upstream: "no healthy endpoint",
  no_route: "no route",
  no_cluster: "no such cluster",
  connection_failed: "connection failed",
  circuit_open: "circuit breaker open",
  dns_failed: "name not resolved",
  passthrough: "no ServiceEntry",
  blackhole: "blocked",
};

const NAME_LENGTH = 24;
const NOTE_LENGTH = 26;

/** Under a node: its name, then version, or why it is unknown; the namespace when no box says it. */
export function caption(node: GraphNode, boxed: boolean): Caption {
  const notes: string[] = [];
  const version = versionOf(node);
  if (version) notes.push(version);
  if (!boxed && node.namespace && node.namespace !== "unknown" && node.kind !== "external") notes.push(node.namespace);
  if (node.cause && (node.kind === "unknown" || node.kind === "blackhole" || node.kind === "passthrough")) {
    notes.push(...wrap(CAUSES[node.cause.code] ?? node.cause.message, NOTE_LENGTH, 2));
  }
  return { name: middle(nameOf(node), NAME_LENGTH), notes: notes.map((note) => middle(note, NOTE_LENGTH + 4)) };
}

export function wrap(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.slice(0, 400).split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${lines[most - 1]}…`];
}

type Labeller = (edge: GraphEdge) => Piece | null;

function plain(text: string): Piece {
  return { text, tone: "plain" };
}

function percentile(name: "p50_ms" | "p95_ms" | "p99_ms"): Labeller {
  return (edge) => {
    const value = edge.latency?.[name];
    return value === null || value === undefined ? null : plain(`${name.slice(0, 3)} ${duration(value)}`);
  };
}

const LABELLERS: Record<LabelName, Labeller> = {
  rate: (edge) =>
    edge.protocol === "tcp" ? plain(byteRate(bytesOf(edge))) : edge.rate === null ? null : plain(rate(edge.rate)),
  share: (edge) => (edge.source_share === null ? null : plain(`${share(edge.source_share)} of source`)),
  errors: errorLabel,
  p50: percentile("p50_ms"),
  p95: percentile("p95_ms"),
  p99: percentile("p99_ms"),
  throughput: (edge) => (bytesOf(edge) === null ? null : plain(byteRate(bytesOf(edge)))),
  protocol: (edge) => plain(edge.protocol === "http" ? "HTTP" : edge.protocol === "grpc" ? "gRPC" : "TCP"),
  mtls: (edge) => (edge.mtls_share === null ? null : lock(edge.mtls_share)),
};

function lock(mtls: number): Piece {
  if (mtls >= 0.9999) return { text: "", tone: "plain", lock: true };
  return mtls <= 0
    ? { text: "plain text", tone: "degraded" }
    : { text: `${share(mtls)} mTLS`, tone: "degraded", lock: true };
}

function errorLabel(edge: GraphEdge): Piece | null {
  if (edge.protocol === "tcp" || !edge.error_share || edge.error_share < 0.0005) return null;
  return { text: share(edge.error_share), tone: edge.health.status === "failure" ? "failure" : "degraded" };
}

/** The pieces of an edge's label, in the order of the choice. Healthy edges have plain ones only. */
export function edgeLabel(edge: GraphEdge, chosen: readonly LabelName[]): Piece[] {
  const pieces: Piece[] = [];
  for (const name of chosen) {
    const piece = LABELLERS[name](edge);
    if (piece && !pieces.some(({ text, lock }) => text === piece.text && lock === piece.lock)) pieces.push(piece);
  }
  const tone = toneOf(edge.health.status);
  return tone === "plain" ? pieces : pieces.map((piece) => (piece.lock ? piece : { ...piece, tone }));
}

function toneOf(status: string): Piece["tone"] {
  return status === "failure" ? "failure" : status === "degraded" || status === "not_ready" ? "degraded" : "plain";
}

/** What a box says under its name: what comes in, and how much of it succeeds; what goes out if nothing does. */
export function boxTotals(box: GraphNode, members: number): string {
  const into = flow(box.traffic.inbound);
  if (into.requests > 0)
    return `${rate(into.requests)} · ${share(Math.max(0, 1 - into.errors / into.requests))} success`;
  if (into.bytes > 0) return byteRate(into.bytes);
  const out = flow(box.traffic.outbound);
  if (out.requests > 0) return `${rate(out.requests)} out`;
  if (out.bytes > 0) return `${byteRate(out.bytes)} out`;
  return `${count(members)} ${members === 1 ? "node" : "nodes"}, no traffic`;
}

/** One direction of a node's traffic, over all protocols; each request once, as the API counted it. */
export function flow(direction: GraphNode["traffic"]["inbound"]): { requests: number; errors: number; bytes: number } {
  const sum = { requests: 0, errors: 0, bytes: 0 };
  for (const part of [direction["http"], direction["grpc"]]) {
    sum.requests += part?.rate ?? 0;
    sum.errors += (part?.rate ?? 0) * (part?.error_share ?? 0);
  }
  sum.bytes = (direction["tcp"]?.sent_rate ?? 0) + (direction["tcp"]?.received_rate ?? 0);
  return sum;
}
