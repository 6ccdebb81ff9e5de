// A segmented control: one of a few, all in sight. Arrow keys move it, as in a radio group.

import type { Option } from "./choices";
import { el } from "./dom";

export interface Segmented {
  element: HTMLElement;
  show(value: string): void;
}

export function segmented(label: string, options: Option[], choose: (value: string) => void): Segmented {
  const element = el("div", { class: "segmented", role: "radiogroup", "aria-label": label });
  const buttons = options.map((option) => {
    const part = el("button", { type: "button", role: "radio", "data-value": option.value }, option.words);
    part.addEventListener("click", () => choose(option.value));
    return part;
  });
  element.append(...buttons);
  element.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = buttons[(at + step + buttons.length) % buttons.length];
    next?.focus();
    next?.click();
  });
  return {
    element,
    show(value) {
      for (const part of buttons) {
        const on = part.dataset["value"] === value;
        part.setAttribute("aria-checked", String(on));
        part.tabIndex = on ? 0 : -1;
      }
    },
  };
}
