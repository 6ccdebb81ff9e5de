// Chooses how a model is laid out, and delivers pictures as they become ready.
import type { ElkNode } from "elkjs/lib/elk-api";
import type { Model } from "../model";
import type { LabelName } from "../state";
import { runElk } from "./elk";
import { type Groups, groupsOf, innerGraph, outerPicture, readInner } from "./levels";
import { NESTED_LIMIT, nestedGraph, PLAIN, readPicture } from "./nested";
import { coverage, extend, grid, type Picture, topologyKey } from "./picture";
import { soften } from "./soften";
import { forget, recall, remember } from "./store";

export interface Laid {
  key: string;
  picture: Picture;
  /** Set on big graphs: groups are drawn closed until they are near. */
  groups: Groups | null;
}

const KEEP_FROM = 0.5;

/** Labels take room: a picture is made for none, for one or two words, or for more. */
export function roomFor(labels: readonly LabelName[]): string {
  return `room${Math.min(3, labels.length)}`;
}

export class Layouts {
  private last: { shape: string; laid: Laid } | null = null;
  private turn = 0;

  /** `deliver` is called once or, for insides that come later, again and again. `first` says which group is wanted next. */
  async run(
    model: Model,
    shape: string,
    labels: readonly LabelName[],
    deliver: (laid: Laid) => void,
    first: (groups: string[]) => string,
  ): Promise<void> {
    const turn = ++this.turn;
    const key = `${topologyKey(model)}-${roomFor(labels)}`;
    const groups = model.leaves.length > NESTED_LIMIT ? groupsOf(model) : null;
    const give = (picture: Picture) => {
      if (turn !== this.turn) return false;
      const laid = { key, picture, groups };
      this.last = { shape, laid };
      deliver(laid);
      return true;
    };
    const known = this.known(model, shape, key, groups);
    if (known) give(known);
    if (groups) await this.inTwoLevels(model, groups, key, known, give, first);
    else if (!known) give(await nested(model, key, labels));
  }

  /** Forgets where things were, so that the next run lays out anew. */
  anew(): void {
    if (this.last) forget(this.last.laid.key);
    this.last = null;
  }

  moved(id: string, to: { x: number; y: number }): void {
    if (!this.last) return;
    this.last.laid.picture.nodes.set(id, to);
    remember(this.last.laid.key, this.last.laid.picture);
  }

  private known(model: Model, shape: string, key: string, groups: Groups | null): Picture | null {
    if (this.last?.laid.key === key) return this.last.laid.picture;
    const stored = recall(key);
    if (stored) return stored;
    if (!this.last || this.last.shape !== shape || Boolean(this.last.laid.groups) !== Boolean(groups)) return null;
    if (groups)
      return [...groups.boxes.keys()].every((id) => this.last?.laid.picture.boxes.has(id))
        ? this.last.laid.picture
        : null;
    return coverage(model, this.last.laid.picture) >= KEEP_FROM ? extend(model, this.last.laid.picture) : null;
  }

  private async inTwoLevels(
    model: Model,
    groups: Groups,
    key: string,
    known: Picture | null,
    give: (picture: Picture) => boolean,
    first: (groups: string[]) => string,
  ): Promise<void> {
    const picture = known ?? outerPicture(groups);
    if (!known && !give(picture)) return;
    let waiting = [...groups.boxes.keys()].filter((id) =>
      groups.members.get(id)?.some((leaf) => !picture.nodes.has(leaf.id)),
    );
    while (waiting.length) {
      const id = first(waiting);
      waiting = waiting.filter((other) => other !== id);
      const inner = readInner(await runElk(innerGraph(model, groups.members.get(id)!)), model, picture.boxes.get(id)!);
      soften(inner, model.nodes, endsIn(model));
      for (const [node, at] of inner.nodes) if (!picture.nodes.has(node)) picture.nodes.set(node, at);
      for (const [edge, route] of inner.routes) picture.routes.set(edge, route);
      if (!give(picture)) return;
    }
    remember(key, picture);
  }
}

function endsIn(model: Model): (edge: string) => [string, string] {
  return (id) => {
    const edge = model.edges.get(id);
    return [edge?.source ?? "", edge?.target ?? ""];
  };
}

/** The same without what ELK sometimes stumbles over. */
function plain(graph: ElkNode): ElkNode {
  return { ...graph, layoutOptions: { ...graph.layoutOptions, ...PLAIN } };
}

async function nested(model: Model, key: string, labels: readonly LabelName[]): Promise<Picture> {
  try {
    const root = await runElk(nestedGraph(model, labels)).catch(() => runElk(plain(nestedGraph(model, []))));
    const picture = readPicture(root, model.nodes);
    soften(picture, model.nodes, endsIn(model));
    remember(key, picture);
    return picture;
  } catch (error) {
    console.warn("the layout failed; nodes are shown in rows", error);
    return grid(model);
  }
}
