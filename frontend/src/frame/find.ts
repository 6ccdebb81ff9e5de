// Find anything: `/` or Ctrl-K. Pages of the rail, and whatever the page itself offers.
import { el, fill, statusMark } from "../parts/dom";
import { middle } from "../parts/format";
import { type Found, findAll, offer } from "./bus";

const MOST = 40;

function pages(words: string): Found[] {
  const links = [...document.querySelectorAll<HTMLAnchorElement>(".rail a[data-page]")];
  return links
    .filter((link) => (link.dataset["page"] ?? "").toLowerCase().includes(words))
    .map((link) => ({ title: link.dataset["page"] ?? "", note: "page", choose: () => location.assign(link.href) }));
}

export function mountFind(opener: HTMLElement): () => void {
  offer(pages);
  const field = el("input", {
    class: "field",
    type: "search",
    placeholder: "Find a namespace, a node, a page",
    role: "combobox",
    "aria-label": "Find anything",
    "aria-expanded": "true",
    "aria-controls": "find-results",
    autocomplete: "off",
    spellcheck: "false",
  });
  const list = el("div", { class: "find-results", id: "find-results", role: "listbox", "aria-label": "Results" });
  const dialog = el("dialog", { class: "dialog find", "aria-label": "Find anything" }, field, list);
  document.body.append(dialog);
  let found: Found[] = [];
  let at = 0;
  const mark = () => {
    list.querySelectorAll<HTMLElement>(".option").forEach((row, index) => {
      row.classList.toggle("active", index === at);
      row.setAttribute("aria-selected", String(index === at));
      if (index === at) {
        field.setAttribute("aria-activedescendant", row.id);
        row.scrollIntoView({ block: "nearest" });
      }
    });
  };
  // A field that vanishes with its dialog keeps the focus until the next picture, and swallows keys till then.
  const close = () => {
    field.blur();
    dialog.close();
  };
  const choose = (index: number) => {
    const chosen = found[index];
    if (!chosen) return;
    close();
    chosen.choose();
  };
  const show = () => {
    found = findAll(field.value.trim().toLowerCase()).slice(0, MOST);
    at = 0;
    const rows = found.map((item, index) => row(item, index, choose));
    fill(list, ...(rows.length ? rows : [el("p", { class: "popover-title" }, "Nothing on this page has that name.")]));
    mark();
  };
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = Math.max(0, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)));
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(at);
    }
  });
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  dialog.addEventListener("cancel", () => field.blur());
  const open = () => {
    if (dialog.open) return;
    field.value = "";
    show();
    dialog.showModal();
    field.focus();
  };
  opener.addEventListener("click", open);
  return open;
}

function row(item: Found, index: number, choose: (index: number) => void): HTMLElement {
  const words = el("span", { class: "option-words", title: item.title }, middle(item.title, 60));
  const element = el("div", { class: "option", role: "option", id: `found-${index}` });
  element.append(
    ...(item.status ? [statusMark(item.status)] : []),
    words,
    el("span", { class: "option-note" }, item.note),
  );
  element.addEventListener("click", () => choose(index));
  return element;
}
