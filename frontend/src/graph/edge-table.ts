// The same edges as a table: for screen readers, for sorting, for CSV.
import { csv, download } from "../parts/csv";
import { button, el, fill, statusMark } from "../parts/dom";
import { digits, exact, middle, NOTHING } from "../parts/format";
import { STATUS_WORDS } from "../parts/messages";
import { type Column, Table } from "../parts/table";
import { bytesOf, type GraphEdge, type GraphNode, type Model, SEVERITY, severity, titleOf } from "./model";

export interface Row {
  edge: GraphEdge;
  source: GraphNode;
  target: GraphNode;
}

const PROTOCOLS: Record<string, string> = { http: "HTTP", grpc: "gRPC", tcp: "TCP" };

function identity(node: GraphNode): HTMLElement {
  const where =
    node.namespace && node.namespace !== "unknown"
      ? el("span", { class: "muted" }, `${middle(node.namespace, 20)} / `)
      : null;
  return el(
    "span",
    { title: [node.namespace, titleOf(node)].filter(Boolean).join(" / ") },
    where,
    el("b", {}, middle(titleOf(node), 28)),
  );
}

function full(node: GraphNode): string {
  return [node.namespace, titleOf(node)].filter(Boolean).join(" / ");
}

function numeric(
  key: string,
  title: string,
  unit: string,
  value: (edge: GraphEdge) => number | null | undefined,
  tone?: (row: Row) => string,
): Column<Row> {
  return {
    key,
    title,
    right: true,
    value: ({ edge }) => value(edge) ?? null,
    show: ({ edge }) => {
      const number = value(edge);
      return number === null || number === undefined ? NOTHING : shown(number);
    },
    hover: ({ edge }) => exact(value(edge), unit),
    tone,
  };
}

/** The unit stands in the head, so large numbers keep their digits' place. */
function shown(number: number): string {
  if (Math.abs(number) >= 999.5) return Math.round(Number(number.toPrecision(3))).toLocaleString("en");
  return number > 0 && number < 0.01 ? "< 0.01" : digits(number);
}

function percent(value: number | null): number | null {
  return value === null ? null : value * 100;
}

const errorTone = ({ edge }: Row) =>
  ["failure", "degraded"].includes(edge.health.status) && edge.error_rate ? edge.health.status : "";

const COLUMNS: Column<Row>[] = [
  {
    key: "health",
    title: "Health",
    value: ({ edge }) => severity(edge.health.status),
    show: ({ edge }) => healthCell(edge),
    hover: ({ edge }) => edge.health.reasons.map(({ message }) => message).join(" "),
  },
  { key: "source", title: "Source", value: ({ source }) => full(source), show: ({ source }) => identity(source) },
  { key: "target", title: "Target", value: ({ target }) => full(target), show: ({ target }) => identity(target) },
  { key: "protocol", title: "Protocol", value: ({ edge }) => PROTOCOLS[edge.protocol] ?? edge.protocol },
  numeric("rate", "Requests, rps", "requests per second", (edge) => (edge.protocol === "tcp" ? null : edge.rate)),
  numeric("share", "Of source, %", "%", (edge) => percent(edge.source_share)),
  numeric("errors", "Errors, %", "%", (edge) => percent(edge.error_share), errorTone),
  numeric("p50", "p50, ms", "ms", (edge) => edge.latency?.p50_ms),
  numeric("p95", "p95, ms", "ms", (edge) => edge.latency?.p95_ms),
  numeric("p99", "p99, ms", "ms", (edge) => edge.latency?.p99_ms),
  numeric("throughput", "Bytes, kB/s", "kB/s", (edge) =>
    ((bytes) => (bytes === null ? null : bytes / 1000))(bytesOf(edge)),
  ),
  numeric("mtls", "mTLS, %", "%", (edge) => percent(edge.mtls_share)),
];

function healthCell(edge: GraphEdge): HTMLElement {
  const words = STATUS_WORDS[edge.health.status] ?? edge.health.status;
  return statusMark(edge.health.status, words);
}

export function rowsOf(model: Model): Row[] {
  return [...model.edges.values()].map((edge) => ({
    edge,
    source: model.nodes.get(edge.source)!,
    target: model.nodes.get(edge.target)!,
  }));
}

export class EdgeTable {
  readonly element = el("div", { class: "edge-table" });
  private readonly table: Table<Row>;
  private readonly count = el("p", { class: "muted" });
  private readonly verdict = el("p", { class: "edge-table-verdict" });

  constructor(select: (id: string) => void) {
    this.table = new Table<Row>({
      label: "Edges of the graph",
      columns: COLUMNS,
      id: ({ edge }) => edge.id,
      sort: "-rate",
      choose: ({ edge }) => select(edge.id),
    });
    const save = button("CSV", { icon: "download", title: "Download these rows as CSV" });
    save.addEventListener("click", () => this.save());
    this.element.append(
      el("div", { class: "edge-table-head" }, el("h2", {}, "Edges"), this.count, this.verdict, save),
      this.table.element,
    );
  }

  show(model: Model, selected: string | null): void {
    const rows = rowsOf(model);
    const { verdict } = model.document.totals;
    fill(this.verdict, ...(verdict ? [statusMark(verdict.status), verdict.sentence] : []));
    fill(this.count, `${rows.length.toLocaleString("en")} shown`);
    this.table.show(rows, selected);
  }

  private save(): void {
    const [, rows] = this.table.cells();
    const words = rows.map((row) =>
      row.map((value, index) => (index === 0 ? (SEVERITY[Number(value)] ?? "unknown") : value)),
    );
    download(
      "meshview-edges.csv",
      "text/csv;charset=utf-8",
      csv(
        COLUMNS.map(({ title }) => title),
        words,
      ),
    );
  }
}
