// Parts of a page that the server renders: `<section id="…" data-live>` is asked for again at the page's refresh
// interval and whenever the address changes, and morphed, so that scroll, selection and focus stay where they are.
// `data-live="/address"` asks another address than the page's own; `data-again="1"` asks every so many seconds.
import htmx from "htmx.org";
import { follow, params, visit } from "../parts/place";
import { nextDelay, refreshOf } from "../parts/refresh";
import { onRefresh, tellFreshness } from "./bus";

interface Context {
  sourceElement: HTMLElement;
  response: { status: number };
}

let timer = 0;
let failures = 0;
let moved = false;
let pending = 0;

const regions = () => [...document.querySelectorAll<HTMLElement>("[data-live]")];

export function mountLive(): void {
  if (regions().length === 0) return;
  follow(() => {
    moved = true;
    load();
  });
  onRefresh(load);
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("visibilitychange", () => !document.hidden && schedule());
  document.addEventListener("htmx:before:swap", onAnswer);
  document.addEventListener("htmx:after:swap", tell);
  document.addEventListener("htmx:finally:request", onOver);
  tell();
  schedule();
}

function load(): void {
  clearTimeout(timer);
  for (const region of regions()) {
    pending += 1;
    region.setAttribute("hx-sync", "this:replace");
    region.setAttribute("aria-busy", "true");
    const address = region.dataset["live"] || location.pathname + location.search;
    void htmx.ajax("GET", address, { source: region, target: region, swap: "outerMorph" });
  }
}

/** An answer that is an error is not drawn over what is there; the page that explains it is, if the reader asked. */
function onAnswer(event: Event): void {
  const { ctx } = (event as CustomEvent<{ ctx: Context }>).detail;
  if (ctx.response.status < 400) {
    failures = 0;
    return;
  }
  event.preventDefault();
  failures += 1;
  if (moved && ctx.response.status < 500) location.reload();
}

function onOver(event: Event): void {
  const { ctx } = (event as CustomEvent<{ ctx: Context }>).detail;
  pending = Math.max(0, pending - 1);
  ctx.sourceElement.removeAttribute("aria-busy");
  if (!ctx.response) failures += 1;
  if (pending > 0) return;
  moved = false;
  tell();
  schedule();
}

function tell(): void {
  const taken = document.querySelector<HTMLElement>("[data-taken-at]")?.dataset["takenAt"];
  const takenAt = taken ? Date.parse(taken) : Number.NaN;
  tellFreshness({ takenAt: Number.isNaN(takenAt) ? null : takenAt, busy: pending > 0, failed: failures > 0 });
}

function schedule(): void {
  clearTimeout(timer);
  const again = Number(document.querySelector<HTMLElement>("[data-again]")?.dataset["again"] ?? 0);
  const seconds = again || (params().has("at") ? 0 : refreshOf(params()));
  if (seconds > 0) timer = window.setTimeout(load, 1000 * nextDelay(seconds, document.hidden, failures));
}

/** Links and forms marked `data-go` change the address of the page and nothing else of it is loaded. */
function onClick(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-go]");
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  visit(new URL(link.href));
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (!form.matches("form[data-go]")) return;
  event.preventDefault();
  const url = new URL(form.action, location.href);
  const fields = [...new FormData(form)].filter(([, value]) => value !== "") as [string, string][];
  url.search = new URLSearchParams(fields).toString();
  visit(url);
}
