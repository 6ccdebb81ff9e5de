// Response times of several edges together: buckets add, percentiles come from the sum, never from percentiles.
import type { GraphEdge, Latency } from "./model";

type Buckets = NonNullable<GraphEdge["latency_buckets"]>;

export function sumBuckets(edges: GraphEdge[]): { latency: Latency | null; latency_buckets: Buckets | null } {
  const known = edges.map((edge) => edge.latency_buckets).filter((buckets): buckets is Buckets => Boolean(buckets));
  if (known.length === 0) return { latency: null, latency_buckets: null };
  const bounds = new Map<number, number>();
  for (const { le_ms, rates } of known) {
    le_ms.forEach((bound, index) => {
      const key = bound ?? Number.POSITIVE_INFINITY;
      bounds.set(key, (bounds.get(key) ?? 0) + (rates[index] ?? 0));
    });
  }
  const sorted = [...bounds].sort(([a], [b]) => a - b);
  const buckets = {
    le_ms: sorted.map(([bound]) => (bound === Number.POSITIVE_INFINITY ? null : bound)),
    rates: sorted.map(([, rate]) => rate),
  };
  const at = (share: number) => quantile(buckets, share);
  return {
    latency: { p50_ms: at(0.5), p90_ms: at(0.9), p95_ms: at(0.95), p99_ms: at(0.99) },
    latency_buckets: buckets,
  };
}

/** Linear within the bucket, as Prometheus does; in the last, open one its lower bound. */
export function quantile({ le_ms, rates }: Buckets, share: number): number | null {
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  if (total <= 0) return null;
  let left = share * total;
  for (let index = 0; index < rates.length; index++) {
    const low = index === 0 ? 0 : (le_ms[index - 1] ?? 0);
    const high = le_ms[index] ?? null;
    const rate = rates[index] ?? 0;
    if (left <= rate && rate > 0) return high === null ? low : low + (high - low) * (left / rate);
    left -= rate;
  }
  return le_ms[le_ms.length - 2] ?? null;
}
