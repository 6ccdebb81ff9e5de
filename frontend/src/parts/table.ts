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
  sorted?(sort: string): void;
}

/** Ascending or, with a leading minus, descending; what is not known comes last either way. */
export function compare<Row>(column: Column<Row>, descending: boolean): (a: Row, b: Row) => number {
  return (a, b) => {
    const [x, y] = [column.value(a), column.value(b)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return descending ? -order : order;
  };
}

export class Table<Row> {
  readonly element = el("div", { class: "table-scroll" });
  private readonly body = el("tbody");
  private readonly head = el("tr");
  private rows: Row[] = [];
  private chosen: string | null = null;
  private sort: string;

  constructor(private readonly options: TableOptions<Row>) {
    this.sort = options.sort;
    const table = el("table", { class: "table" }, el("caption", { class: "visually-hidden" }, options.label));
    table.append(el("thead", {}, this.head), this.body);
    this.element.append(table);
    this.body.addEventListener("keydown", (event) => this.onKey(event));
    this.renderHead();
  }

  /** Keeps scroll and focus: rows are replaced, the focused one gets its focus back. */
  show(rows: Row[], chosen: string | null): void {
    this.rows = rows;
    this.chosen = chosen;
    const focused = (document.activeElement as HTMLElement | null)?.closest("tr")?.dataset["id"];
    fill(this.body, ...this.sorted().map((row) => this.row(row)));
    if (focused !== undefined) this.find(focused)?.focus({ preventScroll: true });
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
        el("span", { class: "sort", "aria-hidden": "true" }, arrow),
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
    this.options.sorted?.(this.sort);
  }

  private row(row: Row): HTMLElement {
    const id = this.options.id(row);
    const line = el("tr", { "data-id": id, tabindex: "0", "aria-selected": String(id === this.chosen) });
    for (const column of this.options.columns) {
      const tones = [column.right ? "right" : "", column.tone?.(row) ?? ""].join(" ").trim();
      const shown = column.show ? column.show(row) : String(column.value(row) ?? "–");
      const cell = el("td", { class: tones || null, title: column.hover?.(row) }, shown);
      line.append(cell);
    }
    line.addEventListener("click", () => this.options.choose(row));
    return line;
  }

  private onKey(event: KeyboardEvent): void {
    const line = (event.target as HTMLElement).closest("tr");
    if (!line) return;
    const down = event.key === "j" || event.key === "ArrowDown";
    const up = event.key === "k" || event.key === "ArrowUp";
    if (down || up) {
      event.preventDefault();
      const next = down ? line.nextElementSibling : line.previousElementSibling;
      (next as HTMLElement | null)?.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      line.click();
    }
  }

  select(id: string | null): void {
    this.chosen = id;
    for (const line of this.body.querySelectorAll("tr"))
      set(line, { "aria-selected": String(line.dataset["id"] === id) });
  }
}
