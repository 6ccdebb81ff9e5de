// ELK in its worker, started when first needed, one run at a time.
import ELK, { type ElkNode } from "elkjs/lib/elk-api";

const WORKER = typeof document === "undefined" ? "" : new URL("layout-worker.js", import.meta.url).pathname;
let engine: InstanceType<typeof ELK> | null = null;

/** Starts the worker early: reading ELK takes it longer than the data takes to come. */
export function warmUp(): void {
  engine ??= new ELK({ workerFactory: () => new Worker(WORKER) });
}

export function runElk(graph: ElkNode): Promise<ElkNode> {
  warmUp();
  return engine!.layout(graph) as Promise<ElkNode>;
}
