// What "Find anything" finds on this page: namespaces and nodes of the shown graph.
import type { Found } from "../frame/bus";
import { type Model, nameOf, titleOf } from "./model";

const MOST = 30;

export function findIn(
  model: Model | null,
  words: string,
  select: (id: string) => void,
  scope: (namespace: string) => void,
): Found[] {
  if (!model) return [];
  const namespaces = (model.document.namespaces ?? [])
    .filter((name) => name.toLowerCase().includes(words))
    .slice(0, words ? 8 : 5)
    .map((name): Found => ({ title: name, note: "namespace", choose: () => scope(name) }));
  const nodes = model.leaves
    .filter((node) => `${node.namespace ?? ""}/${titleOf(node)}`.toLowerCase().includes(words))
    .sort((a, b) => rank(nameOf(a), words) - rank(nameOf(b), words) || titleOf(a).localeCompare(titleOf(b)))
    .slice(0, MOST)
    .map(
      (node): Found => ({
        title: titleOf(node),
        note: [node.kind, node.namespace].filter(Boolean).join(" · "),
        status: node.health.status,
        choose: () => select(node.id),
      }),
    );
  return [...nodes, ...namespaces];
}

/** Names that begin with the words come first. */
function rank(name: string, words: string): number {
  return name.toLowerCase().startsWith(words) ? 0 : 1;
}
