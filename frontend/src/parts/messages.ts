// What a page says in place of a picture: a verdict, why it is empty, what failed, how far the work is.
import type { ApiError, Job } from "./api";
import { button, el, statusMark } from "./dom";

export const STATUS_WORDS: Record<string, string> = {
  healthy: "Healthy",
  degraded: "Degraded",
  failure: "Failing",
  not_ready: "Not ready",
  idle: "Idle",
  unknown: "Not known",
};

export interface Health {
  status: string;
  reasons: { code: string; message: string }[];
}

/** The card that says how something is, and why. */
export function verdict(health: Health, healthy = "Within its limits."): HTMLElement {
  const words = STATUS_WORDS[health.status] ?? health.status;
  const reasons = health.reasons.map(({ message }) => el("p", {}, message));
  if (reasons.length === 0 && health.status === "healthy") reasons.push(el("p", {}, healthy));
  const head = el("div", { class: "verdict-head" }, statusMark(health.status), words);
  return el("div", { class: `verdict ${health.status}` }, head, ...reasons);
}

export function message(title: string, lines: string[], status = "", actions: HTMLElement[] = []): HTMLElement {
  const head = el("h2", {}, status ? statusMark(status) : null, title);
  const row = actions.length ? el("div", { class: "actions" }, ...actions) : null;
  return el("section", { class: "message" }, head, ...lines.filter(Boolean).map((line) => el("p", {}, line)), row);
}

export function errorMessage(error: ApiError, retry: () => void): HTMLElement {
  const again = button("Ask again now", { icon: "refresh-cw" });
  again.addEventListener("click", retry);
  const title = error.source
    ? `${error.source} did not deliver`
    : error.status >= 400 && error.status < 500
      ? "That cannot be shown"
      : "No answer";
  return message(title, [error.message, error.remedy], "failure", [again]);
}

/** Progress with words; after three seconds a way to cancel. */
export function progressMessage(job: Job, words: string, seconds: number, cancel: () => void): HTMLElement {
  const bar = el("progress", { class: "progress", max: "1", value: String(job.progress), "aria-label": "Progress" });
  const stop = button("Cancel", {});
  stop.addEventListener("click", cancel);
  const box = message(words, [], "", seconds >= 3 ? [stop] : []);
  box.querySelector("h2")?.after(bar);
  return box;
}
