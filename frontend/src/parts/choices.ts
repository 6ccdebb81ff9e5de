// Options of a popover: one of several, or several of many with a search field.
import { button, el, fill, icon } from "./dom";
import { middle } from "./format";

export interface Option {
  value: string;
  words: string;
  note?: string;
}

export function optionRow(option: Option, role: string, checked: boolean, choose: () => void): HTMLButtonElement {
  const mark = el("span", { class: "mark" }, icon("check"));
  const words = el("span", { class: "option-words", title: option.words }, middle(option.words, 44));
  const row = el("button", { type: "button", class: "option", role, "aria-checked": String(checked) }, mark, words);
  if (option.note) row.append(el("span", { class: "option-note number" }, option.note));
  row.addEventListener("click", choose);
  return row;
}

export function radioGroup(
  label: string,
  options: Option[],
  value: string,
  choose: (value: string) => void,
): HTMLElement {
  const group = el("div", { role: "radiogroup", "aria-label": label });
  for (const option of options) {
    group.append(optionRow(option, "radio", option.value === value, () => choose(option.value)));
  }
  return group;
}

export interface Several {
  label: string;
  options: Option[];
  chosen: ReadonlySet<string>;
  search?: boolean;
  clear?: string;
  change(chosen: Set<string>): void;
}

/** Check boxes; with `search`, a field that narrows the list. Each click applies at once. */
export function checkGroup(several: Several): HTMLElement {
  const chosen = new Set(several.chosen);
  const list = el("div", { class: "popover-list", role: "group", "aria-label": several.label });
  const field = el("input", {
    class: "field",
    type: "search",
    placeholder: "Search",
    "aria-label": `Search ${several.label}`,
  });
  const toggle = (option: Option, row: HTMLElement) => {
    if (!chosen.delete(option.value)) chosen.add(option.value);
    row.setAttribute("aria-checked", String(chosen.has(option.value)));
    several.change(new Set(chosen));
  };
  const show = () => {
    const wanted = field.value.trim().toLowerCase();
    const rows = several.options
      .filter((option) => option.words.toLowerCase().includes(wanted))
      .map((option) => {
        const row = optionRow(option, "checkbox", chosen.has(option.value), () => toggle(option, row));
        return row;
      });
    fill(list, ...(rows.length ? rows : [el("p", { class: "popover-title" }, "Nothing has that name.")]));
  };
  field.addEventListener("input", show);
  show();
  const foot = several.clear
    ? clearRow(several.clear, () => {
        chosen.clear();
        several.change(new Set());
        show();
      })
    : null;
  return el("div", {}, several.search ? field : null, list, foot);
}

function clearRow(words: string, clear: () => void): HTMLElement {
  const row = button(words, { class: "quiet" });
  row.addEventListener("click", clear);
  return el("div", { class: "popover-foot" }, row);
}
