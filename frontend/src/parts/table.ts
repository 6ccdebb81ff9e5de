// A sortable table. Numbers right-aligned with tabular figures, the unit in the head, the exact value on hover.
import { type Child, el, fill, set } from "./dom";

export interface Column<Row> {
  key: string;
  title: string;
  /** What sorts and what CSV prints. */
  value(row: Row): string | number | null;
  /** What is shown; the value itself when absent. */
  show?(row: Row): Child;
  right?: boolean;
  hover?(row: Row): string;
  tone?(row: Row): string;
}

export interface TableOptions<Row> {
  label: string;
  columns: Column<Row>[];
  id(row: Row): string;
  sort: string;
  choose(row: Row): void;
}

export const ROW_HEIGHT = 32;
const WHOLE = 200;
const SPARE = 12;

/** Ascending or, with a leading minus, descending; what is not known comes last either way. */
export function compare<Row>(column: Column<Row>, descending: boolean): (a: Row, b: Row) => number {
  return (a, b) => {
    const [x, y] = [column.value(a), column.value(b)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return descending ? -order : order;
  };
}

/** Rows of a long table that are drawn: those in sight, and some more on both sides. */
export function sliceInSight(total: number, scrollTop: number, height: number): [number, number] {
  if (total <= WHOLE) return [0, total];
  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - SPARE);
  return [first, Math.min(total, Math.ceil((scrollTop + height) / ROW_HEIGHT) + SPARE)];
}

export class Table<Row> {
  readonly element = el("div", { class: "table-scroll" });
  private readonly body = el("tbody");
  private readonly head = el("tr");
  private readonly table: HTMLTableElement;
  private rows: Row[] = [];
  private order: Row[] = [];
  private slice: [number, number] = [0, 0];
  private chosen: string | null = null;
  private sort: string;

  constructor(private readonly options: TableOptions<Row>) {
    this.sort = options.sort;
    this.table = el("table", { class: "table" }, el("caption", { class: "visually-hidden" }, options.label));
    this.table.append(el("thead", {}, this.head), this.body);
    this.element.append(this.table);
    this.element.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.body.addEventListener("keydown", (event) => this.onKey(event));
    this.renderHead();
  }

  /** Keeps scroll and focus: rows are replaced, the focused one gets its focus back. */
  show(rows: Row[], chosen: string | null): void {
    this.rows = rows;
    this.chosen = chosen;
    this.order = this.sorted();
    this.render();
  }

  sorted(): Row[] {
    const descending = this.sort.startsWith("-");
    const column = this.options.columns.find(({ key }) => key === this.sort.replace(/^-/, ""));
    return column ? [...this.rows].sort(compare(column, descending)) : this.rows;
  }

  cells(): [string[], (string | number | null)[][]] {
    const { columns } = this.options;
    return [columns.map(({ title }) => title), this.sorted().map((row) => columns.map((column) => column.value(row)))];
  }

  private scrolled(): void {
    const [first, last] = sliceInSight(this.order.length, this.element.scrollTop, this.element.clientHeight);
    if (first !== this.slice[0] || last !== this.slice[1]) this.render();
  }

  private render(): void {
    const focused = (document.activeElement as HTMLElement | null)?.closest("tr")?.dataset["id"];
    const [first, last] = sliceInSight(this.order.length, this.element.scrollTop, this.element.clientHeight || 900);
    this.slice = [first, last];
    set(this.table, { "aria-rowcount": this.order.length + 1 });
    const lines = this.order.slice(first, last).map((row, index) => this.row(row, first + index));
    fill(this.body, spacer(first), ...lines, spacer(this.order.length - last));
    if (focused !== undefined) this.find(focused)?.focus({ preventScroll: true });
  }

  private find(id: string): HTMLElement | null {
    return this.body.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(id)}"]`);
  }

  private renderHead(): void {
    const cells = this.options.columns.map((column) => {
      const direction = this.sort === column.key ? "ascending" : this.sort === `-${column.key}` ? "descending" : null;
      const arrow = direction === null ? "" : direction === "ascending" ? "▲" : "▼";
      const press = el(
        "button",
        { type: "button" },
        column.title,
        arrow ? el("span", { class: "sort", "aria-hidden": "true" }, arrow) : null,
      );
      press.addEventListener("click", () => this.sortBy(column));
      return el("th", { scope: "col", class: column.right ? "right" : null, "aria-sort": direction }, press);
    });
    fill(this.head, ...cells);
  }

  private sortBy(column: Column<Row>): void {
    const first = column.right ? `-${column.key}` : column.key;
    const other = column.right ? column.key : `-${column.key}`;
    this.sort = this.sort === first ? other : first;
    this.renderHead();
    this.show(this.rows, this.chosen);
  }

  private row(row: Row, index: number): HTMLElement {
    const id = this.options.id(row);
    const line = el("tr", {
      "data-id": id,
      tabindex: "0",
      "aria-selected": String(id === this.chosen),
      "aria-rowindex": index + 2,
    });
    for (const column of this.options.columns) {
      const tones = [column.right ? "right" : "", column.tone?.(row) ?? ""].join(" ").trim();
      const shown = column.show ? column.show(row) : String(column.value(row) ?? "–");
      line.append(el("td", { class: tones || null, title: column.hover?.(row) }, shown));
    }
    line.addEventListener("click", () => this.options.choose(row));
    return line;
  }

  private onKey(event: KeyboardEvent): void {
    const line = (event.target as HTMLElement).closest("tr");
    if (!line) return;
    const step =
      event.key === "j" || event.key === "ArrowDown" ? 1 : event.key === "k" || event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      this.focusRow(Number(line.getAttribute("aria-rowindex")) - 2 + step);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      line.click();
    }
  }

  /** Puts the focus on a row, wherever it is. */
  private focusRow(index: number): void {
    const row = this.order[index];
    if (!row) return;
    const top = index * ROW_HEIGHT;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + 2 * ROW_HEIGHT > scrollTop + clientHeight)
      this.element.scrollTop = top + 2 * ROW_HEIGHT - clientHeight;
    this.render();
    this.find(this.options.id(row))?.focus({ preventScroll: true });
  }
}

function spacer(rows: number): HTMLElement | null {
  if (rows <= 0) return null;
  const line = el("tr", { class: "spacer", "aria-hidden": "true" });
  line.style.height = `${rows * ROW_HEIGHT}px`;
  return line;
}
