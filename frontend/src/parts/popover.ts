// A popover under a button: the browser's own (top layer, Escape, light dismiss); placed by hand within the window.
import { el, set } from "./dom";

const MARGIN = 8;

export interface Popover {
  panel: HTMLElement;
  close(): void;
}

/** `render` fills the panel every time it opens. */
export function popover(anchor: HTMLButtonElement, label: string, render: (panel: HTMLElement) => void): Popover {
  const panel = el("div", { class: "popover", popover: "auto", role: "dialog", "aria-label": label });
  set(anchor, { "aria-haspopup": "dialog", "aria-expanded": "false" });
  anchor.after(panel);
  anchor.popoverTargetElement = panel;
  panel.addEventListener("beforetoggle", (event) => {
    if ((event as ToggleEvent).newState === "open") render(panel);
  });
  panel.addEventListener("toggle", (event) => {
    const open = (event as ToggleEvent).newState === "open";
    set(anchor, { "aria-expanded": String(open) });
    if (!open) return;
    place(panel, anchor);
    const first = panel.querySelector<HTMLElement>("[autofocus], input, [aria-checked='true'], button");
    first?.focus({ preventScroll: true });
  });
  panel.addEventListener("keydown", walkOptions);
  return { panel, close: () => panel.hidePopover() };
}

function place(panel: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const width = panel.offsetWidth;
  const left = Math.max(MARGIN, Math.min(at.left, innerWidth - width - MARGIN));
  panel.style.left = `${left}px`;
  const below = at.bottom + 4;
  const fits = below + panel.offsetHeight <= innerHeight - MARGIN;
  panel.style.top = `${fits ? below : Math.max(MARGIN, Math.min(below, innerHeight - MARGIN - panel.offsetHeight))}px`;
}

/** Arrow keys walk the options of a list. */
function walkOptions(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const panel = event.currentTarget as HTMLElement;
  const options = [...panel.querySelectorAll<HTMLElement>(".option")].filter((option) => option.offsetParent !== null);
  if (options.length === 0) return;
  event.preventDefault();
  const at = options.indexOf(document.activeElement as HTMLElement);
  const step = event.key === "ArrowDown" ? 1 : -1;
  options[(at + step + options.length) % options.length]?.focus();
}
