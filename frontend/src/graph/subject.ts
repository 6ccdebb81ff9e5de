// From the `select` of the URL to what the panel is about.
import type { Groups } from "./layout/levels";
import type { Model } from "./model";
import type { Subject } from "./panel";

type Actions = Pick<Subject, "select" | "enter">;

export function subjectOf(model: Model, groups: Groups | null, selected: string | null, actions: Actions): Subject {
  const base = { model, ...actions };
  if (selected === null) return base;
  const node = model.nodes.get(selected) ?? groups?.boxes.get(selected);
  if (node)
    return {
      ...base,
      node,
      ...(groups?.members.has(selected) && node.kind === "box" ? { members: groups.members.get(selected)! } : {}),
    };
  const edge = model.edges.get(selected);
  if (edge) return { ...base, edge };
  const summed = groups?.sums.find(({ id }) => id === selected);
  return summed ? { ...base, edge: summed.edge, summed } : base;
}
