// A large graph comes as a summary. The longer parts of what is selected are asked for when it is selected.
import { ask } from "../parts/api";
import type { Groups } from "./layout/levels";
import type { GraphDocument, GraphNode, Model } from "./model";

/** The address of the details of a node, an edge, or a namespace; null when the graph has them already. */
export function detailsUrl(url: string, model: Model, groups: Groups | null, selected: string | null): string | null {
  if (model.document.detail !== "summary" || selected === null) return null;
  const [path, query] = url.split("?", 2);
  const params = new URLSearchParams(query);
  params.set("detail", "full");
  const box = boxOf(model, groups, selected);
  if (box) {
    if (!box.namespace) return null;
    params.set("namespaces", box.namespace);
  } else if (model.has(selected)) params.set("only", selected);
  else return null;
  return `${path}?${params}`;
}

function boxOf(model: Model, groups: Groups | null, id: string): GraphNode | null {
  const node = model.nodes.get(id) ?? groups?.boxes.get(id);
  return node?.kind === "box" ? node : null;
}

export class Details {
  private abort: AbortController | null = null;

  /** Fills in the model and says when it has; an answer that comes too late is dropped. */
  async load(url: string | null, model: Model, then: () => void): Promise<void> {
    this.abort?.abort();
    if (url === null) return;
    const abort = new AbortController();
    this.abort = abort;
    try {
      const reply = await ask<GraphDocument>(url, abort.signal);
      if (abort.signal.aborted || reply.kind !== "data") return;
      model.enrich(reply.data.edges);
      then();
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    }
  }
}
