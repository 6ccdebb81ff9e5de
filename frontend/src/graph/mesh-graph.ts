// <mesh-graph>: the page's parts joined. The URL says what to show; the feed brings it; the layout places it.
import { offer, onRefresh, tellFreshness, themeChanged } from "../frame/bus";
import { listKeys } from "../frame/keys";
import { jobWords } from "../parts/api";
import { el, isTyping, set } from "../parts/dom";
import { errorMessage, progressMessage } from "../parts/messages";
import { follow, go, params } from "../parts/place";
import { refreshOf } from "../parts/refresh";
import { windowWords } from "../parts/windows";
import { Banners } from "./banners";
import { Details, detailsUrl } from "./details";
import { EdgeTable } from "./edge-table";
import { emptyMessage } from "./empty";
import { Feed, type Told } from "./feed";
import { findIn } from "./find";
import { setFree } from "./free";
import { warmUp } from "./layout/elk";
import { NESTED_LIMIT } from "./layout/nested";
import { type Laid, Layouts, roomFor } from "./layout/run";
import { Model } from "./model";
import { Panel } from "./panel";
import { Stage } from "./stage";
import { apiQuery, changes, type GraphState, parseState, shapeKey } from "./state";
import { subjectOf } from "./subject";
import { Toolbar } from "./toolbar";

export class MeshGraph extends HTMLElement {
  private state: GraphState = parseState(params());
  private model: Model | null = null;
  private laid: Laid | null = null;
  private shownShape = "";
  private drawn = "";
  private readonly toolbar = new Toolbar();
  private readonly banners = new Banners();
  private readonly layouts = new Layouts();
  private readonly stage = new Stage({
    select: (id) => this.select(id),
    moved: (id, to) => this.layouts.moved(id, to),
    relayout: () => this.relayout(),
  });
  private readonly table = new EdgeTable((id) => this.select(id));
  private readonly panel = new Panel({ select: (id) => this.select(id), enter: (box) => this.stage.enter(box) });
  private readonly details = new Details();
  private readonly feed = new Feed((told) => this.onTold(told));

  connectedCallback(): void {
    warmUp();
    const body = el("div", { class: "graph-body" }, this.stage.element, this.table.element, this.panel.element);
    this.replaceChildren(this.toolbar.element, this.banners.element, body);
    follow((now) => this.onPlace(now));
    onRefresh(() => this.feed.now());
    offer((words) =>
      findIn(
        this.model,
        words,
        (id) => this.selectAndReveal(id),
        (namespace) => go(changes({ namespaces: [namespace] })),
      ),
    );
    themeChanged.addEventListener("change", () => this.stage.retheme());
    document.addEventListener("keydown", (event) => this.onKey(event));
    listKeys([
      { keys: ["t"], words: "Table or graph" },
      { keys: ["←", "↑", "→", "↓"], words: "In the graph: next node" },
      { keys: ["Enter"], words: "In the graph: select the node" },
      { keys: ["e"], words: "In the graph: next edge of the node" },
      { keys: ["+", "-", "0"], words: "In the graph: zoom, show everything" },
      { keys: ["f"], words: "In the graph: full screen" },
    ]);
    this.onPlace(params());
  }

  private onPlace(now: URLSearchParams): void {
    const before = this.state;
    this.state = parseState(now);
    set(this, { "data-view": this.state.view });
    this.toolbar.update(this.state, this.model);
    this.crumb();
    this.feed.follow(apiQuery(this.dataset["api"] ?? "/api/v1/graph", this.state), refreshOf(now));
    if (!this.model) return;
    if (before.labels.join() !== this.state.labels.join()) this.layOut(this.model);
    if (before.select !== this.state.select || before.view !== this.state.view) this.showSelection();
    if (before.view !== this.state.view && this.state.view === "graph") requestAnimationFrame(() => this.redraw(false));
  }

  private crumb(): void {
    const crumb = document.getElementById("crumb-scope");
    const names = this.state.namespaces;
    const words = names.length === 0 ? "all namespaces" : names.join(", ");
    if (!crumb) return;
    crumb.textContent = words;
    crumb.title = words;
  }

  private onTold(told: Told): void {
    set(this, { "data-state": told.kind });
    if (told.kind === "data") this.onData(told);
    else if (told.kind === "job") {
      const words = jobWords(told.job, windowWords(this.state.window));
      if (this.model) this.banners.progress(words);
      else this.stage.say(progressMessage(told.job, words, told.seconds, () => this.cancel()));
    } else {
      if (this.model) this.banners.error(told.error);
      else this.stage.say(errorMessage(told.error, () => this.feed.now()));
      this.freshness(true);
    }
  }

  private cancel(): void {
    this.feed.cancel();
    this.stage.say(
      errorMessage(
        {
          code: "cancelled",
          message: "Cancelled. Nothing is shown for this window.",
          source: null,
          remedy: "Choose another, or ask again.",
          status: 499,
        },
        () => this.feed.now(),
      ),
    );
  }

  private onData(told: Extract<Told, { kind: "data" }>): void {
    const small = told.document.nodes.length <= NESTED_LIMIT;
    this.model = new Model(small ? setFree(told.document) : told.document);
    this.banners.data(told.document, told.receivedAt);
    this.toolbar.update(this.state, this.model);
    this.freshness(false);
    this.stage.say(this.model.leaves.length === 0 ? emptyMessage(told.document, this.state) : null);
    this.showTable();
    this.showPanel();
    this.layOut(this.model);
  }

  private layOut(model: Model): void {
    const { labels } = this.state;
    const shape = shapeKey(this.state) + roomFor(labels);
    const deliver = (laid: Laid) => this.onLaid(laid, shape);
    void this.layouts.run(model, shape, labels, deliver, (waiting) => this.stage.nextGroup(waiting));
  }

  private onLaid(laid: Laid, shape: string): void {
    this.laid = laid;
    const fit = this.shownShape !== shape;
    this.shownShape = shape;
    this.redraw(fit);
    if (fit) this.showPanel();
    if (this.drawn !== laid.key) {
      this.drawn = laid.key;
      set(this, { "data-drawn": laid.key });
      performance.mark("meshview-drawn");
    }
  }

  private redraw(fit: boolean): void {
    if (this.model && this.laid && this.state.view === "graph")
      this.stage.show(this.model, this.laid, this.state.labels, this.state.select, fit);
  }

  private relayout(): void {
    this.layouts.anew();
    this.shownShape = "";
    if (!this.model) return;
    this.layOut(this.model);
  }

  private freshness(failed: boolean): void {
    const taken = this.model ? Date.parse(this.model.document.snapshot.taken_at) : null;
    tellFreshness({ takenAt: Number.isNaN(taken) ? null : taken, busy: false, failed });
  }

  private select(id: string | null): void {
    go(changes({ select: id }));
  }

  private selectAndReveal(id: string): void {
    this.select(id);
    this.stage.reveal(id);
  }

  private showSelection(): void {
    this.stage.select(this.state.select);
    this.showTable();
    this.showPanel();
  }

  private showTable(): void {
    if (this.model && this.state.view === "table") this.table.show(this.model, this.state.select);
  }

  private showPanel(fresh = true): void {
    if (!this.model) return;
    const actions = { select: (id: string) => this.selectAndReveal(id), enter: (box: string) => this.stage.enter(box) };
    const subject = subjectOf(this.model, this.laid?.groups ?? null, this.state.select, actions);
    this.panel.show(subject);
    set(this, { "data-selected": Boolean(subject.node || subject.edge) });
    if (!fresh) return;
    const url = apiQuery(this.dataset["api"] ?? "/api/v1/graph", this.state);
    void this.details.load(detailsUrl(url, this.model, this.laid?.groups ?? null, this.state.select), this.model, () =>
      this.showPanel(false),
    );
  }

  private onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open], [popover]:popover-open")) return;
    if (event.key === "Escape" && this.state.select) this.select(null);
    if (event.key === "t") go(changes({ view: this.state.view === "graph" ? "table" : "graph" }));
  }
}
