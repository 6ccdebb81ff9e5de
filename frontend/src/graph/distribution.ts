// The small picture of response times: bars by bucket, shaded from p95 up. Pure: bars out, drawing elsewhere.
import { duration, share } from "../parts/format";
import type { GraphEdge } from "./model";

export interface Bar {
  height: number;
  late: boolean;
  words: string;
}

/** One bar a bucket between the first and the last that hold anything; heights 0..1 of the tallest. */
export function bars(edge: Pick<GraphEdge, "latency" | "latency_buckets">): Bar[] {
  const buckets = edge.latency_buckets;
  if (!buckets) return [];
  const filled = buckets.rates.map((rate, index) => (rate > 0 ? index : -1)).filter((index) => index >= 0);
  const total = buckets.rates.reduce((sum, rate) => sum + rate, 0);
  if (filled.length === 0 || total <= 0) return [];
  const first = Math.max(0, filled[0]! - 1);
  const last = Math.min(buckets.rates.length - 1, filled[filled.length - 1]! + 1);
  const tallest = Math.max(...buckets.rates);
  const p95 = edge.latency?.p95_ms ?? Number.POSITIVE_INFINITY;
  const out: Bar[] = [];
  for (let index = first; index <= last; index++) {
    const rate = buckets.rates[index] ?? 0;
    const low = index === 0 ? 0 : (buckets.le_ms[index - 1] ?? 0);
    const high = buckets.le_ms[index] ?? null;
    const range = high === null ? `over ${duration(low)}` : `${duration(low)} – ${duration(high)}`;
    out.push({
      height: rate / tallest,
      late: (high ?? Number.POSITIVE_INFINITY) >= p95,
      words: `${range}: ${share(rate / total)}`,
    });
  }
  return out;
}
