// The time range and the refresh interval of the top bar. Both live in the URL and travel with every link.
import { radioGroup } from "../parts/choices";
import { button, el, fill, icon } from "../parts/dom";
import { follow, go, params } from "../parts/place";
import { popover } from "../parts/popover";
import { DEFAULT_REFRESH, REFRESH_CHOICES, refreshOf, refreshWords } from "../parts/refresh";
import { DEFAULT_WINDOW, endDate, rangeWords, WINDOWS, windowWords } from "../parts/windows";
import { refreshNow } from "./bus";

const TRAVELS = ["window", "at", "refresh"];

export function mountTime(container: HTMLElement): void {
  const range = button("", { title: "Time range" });
  const refresh = button("", { title: "Refresh interval" });
  const now = button("Refresh now", { icon: "refresh-cw", class: "square quiet", title: "Refresh now (r)" });
  container.append(el("span", {}, range), el("span", {}, refresh), now);
  const ranges = popover(range, "Time range", (panel) => fillRange(panel, () => ranges.close()));
  const intervals = popover(refresh, "Refresh interval", (panel) => fillRefresh(panel, () => intervals.close()));
  now.addEventListener("click", refreshNow);
  const show = (now: URLSearchParams) => {
    const seconds = refreshOf(now);
    fill(range, rangeWords(now.get("window") ?? DEFAULT_WINDOW, now.get("at")));
    fill(refresh, seconds === 0 ? icon("pause") : null, refreshWords(seconds));
    carry(now);
  };
  follow(show);
  show(params());
}

/** Links of the frame keep the time range. */
function carry(now: URLSearchParams): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".rail a[data-page]")) {
    const url = new URL(link.href, location.href);
    if (url.pathname.startsWith("/api/")) continue;
    for (const name of TRAVELS) {
      const value = now.get(name);
      if (value === null) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    link.href = url.pathname + url.search;
  }
}

function fillRange(panel: HTMLElement, close: () => void): void {
  const now = params();
  const window = now.get("window") ?? DEFAULT_WINDOW;
  const at = now.get("at");
  const moving = radioGroup(
    "A window that moves",
    WINDOWS.map((value) => ({ value, words: `Last ${windowWords(value)}` })),
    at ? "" : window,
    (value) => {
      close();
      go({ window: value === DEFAULT_WINDOW ? null : value, at: null });
    },
  );
  fill(panel, el("div", { class: "popover-title" }, "Ends now and moves"), moving, el("hr"), fixed(window, at, close));
}

function fixed(window: string, at: string | null, close: () => void): HTMLElement {
  const end = (at ? endDate(at) : null) ?? new Date();
  const local = new Date(end.getTime() - end.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  const field = el("input", { class: "field", type: "datetime-local", value: local, "aria-label": "Ends at" });
  const apply = button("Show", { class: "primary" });
  apply.addEventListener("click", () => {
    const date = new Date(field.value);
    if (Number.isNaN(date.getTime())) return field.focus();
    close();
    go({ window: window === DEFAULT_WINDOW ? null : window, at: date.toISOString().replace(".000Z", "Z") });
  });
  const title = el("div", { class: "popover-title" }, `${windowWords(window)} that end at a fixed time`);
  return el("div", {}, title, el("div", { class: "popover-row" }, field, apply));
}

function fillRefresh(panel: HTMLElement, close: () => void): void {
  const options = REFRESH_CHOICES.map((seconds) => ({
    value: String(seconds),
    words: seconds === 0 ? "Pause" : `Every ${refreshWords(seconds)}`,
  }));
  const choose = (value: string) => {
    close();
    go({ refresh: Number(value) === DEFAULT_REFRESH ? null : value });
  };
  fill(panel, radioGroup("Refresh interval", options, String(refreshOf(params())), choose));
}
