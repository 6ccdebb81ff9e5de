// The dot that says how the sources are; it opens into words.
import { ask } from "../parts/api";
import { el, fill, statusMark } from "../parts/dom";
import { ago, clock, duration } from "../parts/format";
import { popover } from "../parts/popover";
import { type Freshness, onFreshness } from "./bus";

export interface SourceState {
  name: string;
  kind?: string;
  state: string;
  since?: string | number | null;
  error?: string | null;
  remedy?: string | null;
  latency_ms?: number | null;
}

interface Status {
  version: string;
  mode: string;
  sources: SourceState[];
}

const PERIOD_MS = 15_000;
const RANK = ["down", "degraded", "ok", "off"];

/** The worst state, and its words for the top bar. */
export function summary(sources: SourceState[]): { state: string; words: string } {
  const used = sources.filter(({ state }) => state !== "off");
  if (used.length === 0) return { state: "off", words: "no source configured" };
  const worst = RANK.find((state) => used.some((source) => source.state === state)) ?? "ok";
  const bad = used.filter(({ state }) => state === "down" || state === "degraded");
  if (bad.length === 0)
    return { state: "ok", words: used.length === 1 ? `${used[0]!.name} ok` : `all ${used.length} sources` };
  return {
    state: worst,
    words: bad.length === 1 ? `${bad[0]!.name} ${bad[0]!.state}` : `${bad.length} sources in trouble`,
  };
}

export function mountSources(anchor: HTMLButtonElement): void {
  let sources: SourceState[] | null = null;
  let unreachable = false;
  let fresh: Freshness = { takenAt: null, busy: false, failed: false };
  const show = () => {
    const told =
      unreachable || !sources
        ? {
            state: unreachable ? "down" : "waiting",
            words: unreachable ? "meshview does not answer" : "asking the sources",
          }
        : summary(sources);
    const age = fresh.takenAt === null ? "" : ` · ${ago((Date.now() - fresh.takenAt) / 1000)}`;
    const words = told.words + age;
    fill(anchor, statusMark(told.state), el("span", { class: "source-words" }, words));
    anchor.setAttribute("aria-label", `Sources: ${words}`);
  };
  const load = async () => {
    const reply = await ask<Status>("/api/v1/status");
    unreachable = reply.kind === "error" && reply.error.status === 0;
    if (reply.kind === "data" && Array.isArray(reply.data.sources)) sources = reply.data.sources;
    show();
    setTimeout(load, document.hidden ? 4 * PERIOD_MS : PERIOD_MS);
  };
  popover(anchor, "Sources", (panel) => fillSources(panel, sources, fresh));
  onFreshness((next) => {
    fresh = next;
    show();
  });
  setInterval(() => !document.hidden && show(), 1000);
  show();
  void load();
}

function fillSources(panel: HTMLElement, sources: SourceState[] | null, fresh: Freshness): void {
  const rows = (sources ?? []).map(sourceRow);
  const taken = fresh.takenAt === null ? "No data shown yet." : `Shown: data of ${clock(fresh.takenAt / 1000)}.`;
  const list = rows.length ? rows : [el("p", { class: "muted" }, "meshview has not said how its sources are.")];
  fill(panel, el("div", { class: "sources" }, ...list, el("p", { class: "muted" }, taken)));
}

function sourceRow(source: SourceState): HTMLElement {
  const latency = source.state === "ok" && typeof source.latency_ms === "number" ? duration(source.latency_ms) : "";
  const since = source.since && source.state !== "ok" ? ` since ${clock(source.since)}` : "";
  const row = el("div", { class: "source" }, statusMark(source.state), el("strong", {}, source.name));
  row.append(el("span", { class: "muted number" }, `${source.state}${since}`, latency ? ` · ${latency}` : ""));
  for (const line of [source.error, source.remedy]) {
    if (line) row.append(el("span", { class: "source-detail" }, line));
  }
  return row;
}
