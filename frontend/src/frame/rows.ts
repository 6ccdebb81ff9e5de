// Rows of server-rendered tables (`<table data-rows>`, in each row one `a[data-row]`): j and k walk, Enter opens.
import { isTyping } from "../parts/dom";

const rows = () => [...document.querySelectorAll<HTMLAnchorElement>("table[data-rows] a[data-row]")];

export function mountRows(): void {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
}

function onKey(event: KeyboardEvent): void {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const links = rows();
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const onArrow = event.key.startsWith("Arrow");
  if (links.length === 0 || (onArrow && at < 0) || document.querySelector("dialog[open], :popover-open")) return;
  event.preventDefault();
  const next = at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + step));
  links[next]?.focus({ preventScroll: true });
  links[next]?.closest("tr")?.scrollIntoView({ block: "nearest" });
}

/** A click anywhere in the row opens it, unless it marks text or hits something of its own. */
function onClick(event: MouseEvent): void {
  const target = event.target as Element;
  const row = target.closest("table[data-rows] tbody tr");
  if (!row || event.defaultPrevented || target.closest("a, button, input, label, select")) return;
  if (String(getSelection() ?? "") !== "") return;
  row.querySelector<HTMLAnchorElement>("a[data-row]")?.click();
}
