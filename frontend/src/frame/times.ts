// Moments that the server wrote in UTC, in the reader's own zone; ages grow while the page stays open.
import { ago, clock } from "../parts/format";

const TICK_MS = 1000;

function write(): void {
  const now = Date.now();
  for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-form]")) {
    const at = Date.parse(element.dateTime);
    if (Number.isNaN(at)) continue;
    const words = element.dataset["form"] === "ago" ? ago((now - at) / 1000) : clock(at / 1000);
    if (element.textContent !== words) element.textContent = words;
    if (!element.title) element.title = new Date(at).toISOString();
  }
}

export function mountTimes(): void {
  write();
  document.addEventListener("htmx:after:swap", write);
  setInterval(() => !document.hidden && write(), TICK_MS);
}
