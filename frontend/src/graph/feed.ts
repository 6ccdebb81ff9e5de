// Asks for the graph again and again, and tells what came: data, progress, or why not. The last data stays.
import { type ApiError, ask, type Job } from "../parts/api";
import { nextDelay } from "../parts/refresh";
import type { GraphDocument } from "./model";

export type Told =
  | { kind: "data"; document: GraphDocument; url: string; receivedAt: number }
  | { kind: "job"; job: Job; seconds: number }
  | { kind: "error"; error: ApiError };

const JOB_POLL_MS = 700;
const FOREVER = 2_000_000_000;

export class Feed {
  private url = "";
  private refresh = 0;
  private timer = 0;
  private failures = 0;
  private abort: AbortController | null = null;
  private jobSince = 0;
  private cancelled = false;

  constructor(private readonly tell: (told: Told) => void) {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.url && this.refresh > 0) this.now();
    });
  }

  /** Follows an address with a refresh interval in seconds; asks at once when the address is new. */
  follow(url: string, refresh: number): void {
    const changed = url !== this.url;
    this.url = url;
    this.refresh = refresh;
    if (changed) {
      this.jobSince = 0;
      this.cancelled = false;
      this.failures = 0;
      this.now();
    } else this.schedule();
  }

  now(): void {
    this.cancelled = false;
    void this.load();
  }

  cancel(): void {
    this.cancelled = true;
    this.abort?.abort();
    clearTimeout(this.timer);
  }

  private async load(): Promise<void> {
    clearTimeout(this.timer);
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    const url = this.url;
    try {
      const reply = await ask<GraphDocument>(url, abort.signal);
      if (abort.signal.aborted) return;
      if (reply.kind === "data") {
        this.failures = 0;
        this.jobSince = 0;
        this.tell({ kind: "data", document: reply.data, url, receivedAt: Date.now() });
        this.schedule();
      } else if (reply.kind === "job") await this.wait(reply.job, reply.location, abort);
      else this.fail(reply.error);
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    }
  }

  private fail(error: ApiError): void {
    this.failures++;
    this.tell({ kind: "error", error });
    // What the caller asked wrongly does not get better by itself.
    const hopeless = error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408;
    if (!hopeless) this.schedule();
  }

  private async wait(job: Job, location: string, abort: AbortController): Promise<void> {
    this.jobSince ||= Date.now();
    let now = job;
    while (!this.cancelled && !abort.signal.aborted) {
      if (now.state === "failed") {
        const message = now.error || "The collection failed.";
        return this.fail({
          code: "collection_failed",
          message,
          source: null,
          remedy: "It is tried again by itself.",
          status: 503,
        });
      }
      this.tell({ kind: "job", job: now, seconds: (Date.now() - this.jobSince) / 1000 });
      if (now.state === "done") break;
      await new Promise((resolve) => setTimeout(resolve, document.hidden ? 4 * JOB_POLL_MS : JOB_POLL_MS));
      if (abort.signal.aborted) return;
      const reply = await ask<{ job: Job }>(location, abort.signal);
      if (reply.kind === "error") return this.fail(reply.error);
      now = reply.kind === "job" ? reply.job : (reply.data.job ?? now);
    }
    if (!this.cancelled) await this.load();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.refresh === 0 && this.failures === 0) return;
    const seconds = nextDelay(this.refresh, document.hidden, this.failures);
    this.timer = window.setTimeout(() => this.load(), Math.min(FOREVER, seconds * 1000));
  }
}
