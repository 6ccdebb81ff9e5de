// The keyboard: `g` and a letter for pages, `/` to find, `?` for this list. Pages add their own.
import { button, el, icon, isTyping } from "../parts/dom";
import { refreshNow } from "./bus";

export interface Key {
  keys: string[];
  words: string;
}

const own: Key[] = [];
const CHORD_MS = 1200;

/** A page lists the keys it answers to. */
export function listKeys(keys: Key[]): void {
  own.push(...keys);
}

function everywhere(): Key[] {
  const pages = [...document.querySelectorAll<HTMLElement>(".rail a[data-key]")]
    .filter((link) => link.dataset["key"])
    .map((link) => ({ keys: ["g", link.dataset["key"] ?? ""], words: link.dataset["page"] ?? "" }));
  return [
    ...pages,
    { keys: ["/"], words: "Find anything (or Ctrl K)" },
    { keys: ["r"], words: "Refresh now" },
    { keys: ["j", "k"], words: "Next and previous row of a table" },
    { keys: ["Esc"], words: "Close, or select nothing" },
    { keys: ["?"], words: "These keys" },
  ];
}

function showKeys(): void {
  const list = el("dl", { class: "keys" });
  for (const { keys, words } of [...everywhere(), ...own]) {
    list.append(el("dt", {}, ...keys.map((key) => el("kbd", {}, key))), el("dd", {}, words));
  }
  const close = button("Close", { class: "square quiet" });
  close.append(icon("x"));
  const dialog = el(
    "dialog",
    { class: "dialog", "aria-label": "Keys" },
    el("div", { class: "dialog-head" }, el("h2", {}, "Keys"), close),
    list,
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function mountKeys(find: () => void): void {
  let chordAt = Number.NEGATIVE_INFINITY;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      find();
      return;
    }
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      isTyping(event.target) ||
      document.querySelector("dialog[open]")
    )
      return;
    if (event.timeStamp - chordAt < CHORD_MS) {
      chordAt = Number.NEGATIVE_INFINITY;
      document.querySelector<HTMLAnchorElement>(`.rail a[data-key="${CSS.escape(event.key)}"]`)?.click();
      return;
    }
    const actions: Record<string, () => void> = {
      "/": find,
      "?": showKeys,
      r: refreshNow,
      g: () => (chordAt = event.timeStamp),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
