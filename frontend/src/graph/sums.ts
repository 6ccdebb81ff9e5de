// Summed edges: everything between two groups as one. Rates add; shares come from the sums, never from averages.
import { type Answered, type GraphEdge, type Model, requestsOf, worse } from "./model";

export interface Summed {
  id: string;
  source: string;
  target: string;
  parts: GraphEdge[];
  edge: GraphEdge;
}

export function sumId(source: string, target: string): string {
  return `sum:${source}>${target}`;
}

/** Edges that cross from one group to another, summed and strongest first. */
export function sumBetween(model: Model, groupOf: (id: string) => string): Summed[] {
  const groups = new Map<string, GraphEdge[]>();
  const ends = new Map<string, [string, string]>();
  for (const edge of model.edges.values()) {
    const [source, target] = [groupOf(edge.source), groupOf(edge.target)];
    if (source === target) continue;
    const id = sumId(source, target);
    ends.set(id, [source, target]);
    const parts = groups.get(id);
    if (parts) parts.push(edge);
    else groups.set(id, [edge]);
  }
  const out = [...groups].map(([id, parts]) => {
    const [source, target] = ends.get(id)!;
    return { id, source, target, parts, edge: sumEdges(id, source, target, parts) };
  });
  return out.sort((a, b) => strength(b.edge) - strength(a.edge));
}

export function strength(edge: GraphEdge): number {
  const bytes = edge.tcp ? (edge.tcp.sent_rate ?? 0) + (edge.tcp.received_rate ?? 0) : 0;
  return requestsOf(edge) + bytes / 10_000;
}

function total(parts: GraphEdge[], of: (edge: GraphEdge) => number | null | undefined): number | null {
  let sum: number | null = null;
  for (const part of parts) {
    const value = of(part);
    if (typeof value === "number") sum = (sum ?? 0) + value;
  }
  return sum;
}

export function sumEdges(id: string, source: string, target: string, parts: GraphEdge[]): GraphEdge {
  const requests = parts.filter(({ protocol }) => protocol !== "tcp");
  const tcp = parts.filter((part) => part.tcp);
  const rate = total(requests, (part) => part.rate);
  const errors = total(requests, (part) => part.error_rate);
  const status = parts.map(({ health }) => health.status).reduce(worse);
  return {
    id,
    source,
    target,
    protocol: requests.length === 0 ? "tcp" : requests.every(({ protocol }) => protocol === "grpc") ? "grpc" : "http",
    rate,
    error_rate: errors,
    error_share: rate && errors !== null ? errors / rate : null,
    source_share: null,
    latency: null,
    request_bytes_rate: total(requests, (part) => part.request_bytes_rate),
    response_bytes_rate: total(requests, (part) => part.response_bytes_rate),
    tcp: tcp.length
      ? { sent_rate: total(tcp, (p) => p.tcp?.sent_rate), received_rate: total(tcp, (p) => p.tcp?.received_rate) }
      : null,
    mtls_share: weighted(requests),
    principals: { source: [], target: [] },
    responses: sumAnswers(requests),
    reporters: [],
    health: {
      status,
      reasons: parts
        .filter((p) => p.health.status === status && status !== "healthy")
        .flatMap((p) => p.health.reasons)
        .slice(0, 3),
    },
    cause: null,
  };
}

function weighted(parts: GraphEdge[]): number | null {
  const known = parts.filter((part) => part.mtls_share !== null && part.rate);
  const all = known.reduce((sum, part) => sum + part.rate!, 0);
  return all > 0 ? known.reduce((sum, part) => sum + part.mtls_share! * part.rate!, 0) / all : null;
}

function sumAnswers(parts: GraphEdge[]): Answered[] {
  const byKey = new Map<string, Answered>();
  for (const answer of parts.flatMap((part) => part.responses ?? [])) {
    const key = JSON.stringify([answer.code, answer.grpc_status, answer.flags]);
    const known = byKey.get(key);
    if (known) known.rate += answer.rate;
    else byKey.set(key, { ...answer });
  }
  return [...byKey.values()].sort((a, b) => b.rate - a.rate);
}
