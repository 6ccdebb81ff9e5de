// Building elements. Text goes in as text nodes only: nothing a mesh sends is ever parsed as HTML.

export type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined>;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, attributes);
  add(element, children);
  return element;
}

export function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

function add(element: Element, children: Child[]): void {
  for (const child of children) if (child) element.append(child);
}

export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren();
  add(element, children);
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  set(element, attributes);
  add(element, children);
  return element;
}

const SPRITE = typeof document === "undefined" ? "" : new URL("icons.svg", import.meta.url).pathname;

export function icon(name: string): SVGElement {
  const use = svg("use", { href: `${SPRITE}#${name}` });
  return svg("svg", { class: "icon", "aria-hidden": "true", focusable: "false" }, use);
}

export function button(
  words: string,
  options: { icon?: string; class?: string; title?: string } = {},
): HTMLButtonElement {
  const element = el("button", { type: "button", class: `button ${options.class ?? ""}`.trim(), title: options.title });
  if (options.icon) element.append(icon(options.icon));
  if (options.class?.includes("square")) element.setAttribute("aria-label", words);
  else element.append(words);
  return element;
}

/** The coloured mark of a health or source state, with its word for those who do not see it. */
export function statusMark(status: string, words = ""): HTMLElement {
  const mark = el("span", { class: `status ${/^[a-z_]+$/.test(status) ? status : "unknown"}` });
  if (words) set(mark, { role: "img", "aria-label": words, title: words });
  else set(mark, { "aria-hidden": "true" });
  return mark;
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
