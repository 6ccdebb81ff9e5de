// Always in sight: how old the picture is, which source is missing from it, what failed since.
import type { ApiError } from "../parts/api";
import { el, fill, statusMark } from "../parts/dom";
import { ago, clock, span } from "../parts/format";
import type { GraphDocument } from "./model";

export class Banners {
  readonly element = el("div", { class: "banners" });
  private readonly troubles = el("div", { role: "status" });
  private readonly age = el("p", { class: "age number" });
  private document: GraphDocument | null = null;
  private receivedAt = 0;
  private failed: HTMLElement | null = null;

  constructor() {
    this.element.append(this.troubles, this.age);
    setInterval(() => !document.hidden && this.showAge(), 1000);
  }

  data(document: GraphDocument, receivedAt: number): void {
    [this.document, this.receivedAt, this.failed] = [document, receivedAt, null];
    this.show();
  }

  /** The picture stays; this says that it is the last one and why. */
  error(error: ApiError): void {
    const who = error.source ? `${error.source}: ` : "";
    const still =
      error.status >= 400 && error.status < 500
        ? "The picture is that of the last good request."
        : "The last picture stays; it is asked again by itself.";
    this.failed = banner("failure", [who + error.message, error.remedy, still].filter(Boolean).join(" "));
    this.show();
  }

  progress(words: string): void {
    this.failed = banner("waiting", `${words} Until then the last picture stays.`);
    this.show();
  }

  private show(): void {
    fill(this.troubles, this.failed, ...(this.document ? sourceBanners(this.document) : []));
    this.showAge();
  }

  private showAge(): void {
    if (!this.document) return;
    const { taken_at, window_seconds, age_seconds } = this.document.snapshot;
    const taken = Date.parse(taken_at);
    const age = Number.isNaN(taken)
      ? age_seconds + (Date.now() - this.receivedAt) / 1000
      : Math.max(0, (Date.now() - taken) / 1000);
    fill(this.age, `${span(window_seconds)} until ${clock(taken_at)}, ${ago(age)}`);
  }
}

function banner(state: string, words: string): HTMLElement {
  const mark = state === "failure" ? "failure" : state === "waiting" ? "waiting" : "degraded";
  return el("div", { class: `banner ${state}` }, statusMark(mark), el("span", {}, words));
}

const COLUMNS: Record<string, string> = {
  requests: "request counts",
  request_duration: "response times",
  request_duration_sum: "mean response times",
  request_bytes: "request sizes",
  response_bytes: "response sizes",
  tcp: "TCP traffic",
};

function columnWords(column: string): string {
  const [name = "", slice] = column.split(/[:[]/, 2);
  const words = COLUMNS[name] ?? name.replaceAll("_", " ");
  return slice ? `${words} (${slice.replace(/\]$/, "")})` : words;
}

export function sourceBanners({ snapshot, status }: GraphDocument): HTMLElement[] {
  const out: HTMLElement[] = [];
  const bySource = new Map<string, typeof snapshot.missing>();
  for (const missing of snapshot.missing) {
    const key = JSON.stringify([missing.source, missing.error]);
    bySource.set(key, [...(bySource.get(key) ?? []), missing]);
  }
  for (const all of bySource.values()) {
    const { source, error, since } = all[0]!;
    const columns = [...new Set(all.map(({ column }) => columnWords(column)))];
    const named = columns.slice(0, 3).join(", ") + (columns.length > 3 ? ` and ${columns.length - 3} more` : "");
    out.push(banner("degraded", `Missing since ${clock(since)}: ${named}. ${source}: ${error}.`.replace(/\.\.$/, ".")));
  }
  for (const source of status?.sources ?? []) {
    if (source.state !== "down" && source.state !== "degraded") continue;
    const since = source.since ? ` since ${clock(source.since)}` : "";
    out.push(
      banner(
        source.state === "down" ? "failure" : "degraded",
        [`${source.name} ${source.state}${since}: ${source.error ?? "no reason given"}.`, source.remedy ?? ""]
          .join(" ")
          .trim(),
      ),
    );
  }
  for (const warning of snapshot.warnings.slice(0, 3)) out.push(banner("degraded", warning));
  return out;
}
