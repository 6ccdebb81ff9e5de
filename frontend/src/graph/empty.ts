// An empty graph says why, and what would fill it.
import { button } from "../parts/dom";
import { clock } from "../parts/format";
import { message } from "../parts/messages";
import { go } from "../parts/place";
import { windowWords } from "../parts/windows";
import type { GraphDocument } from "./model";
import { changes, type GraphState } from "./state";

export function emptyMessage(document: GraphDocument, state: GraphState): HTMLElement {
  const { snapshot } = document;
  const requests = snapshot.missing.find(({ column }) => /request|tcp/.test(column));
  if (requests) {
    return message(
      "Nothing to draw",
      [
        `${requests.source} did not deliver the request counts: ${requests.error}.`,
        "They are asked for again by themselves.",
      ],
      "failure",
    );
  }
  const where = state.namespaces.length ? ` in ${state.namespaces.join(", ")}` : "";
  const actions: HTMLElement[] = [];
  const offer = (words: string, act: () => void) => {
    const choice = button(words);
    choice.addEventListener("click", act);
    actions.push(choice);
  };
  if (state.namespaces.length) offer("All namespaces", () => go(changes({ namespaces: [] })));
  if (!state.idle) offer("Show idle nodes", () => go(changes({ idle: true })));
  if (state.window !== "1h") offer("Last 1 h", () => go({ window: "1h", at: null }));
  const lines = [
    `No requests${where} in the ${windowWords(state.window)} until ${clock(snapshot.taken_at)}.`,
    state.namespaces.length || (document.namespaces ?? []).length
      ? "A longer window, or another namespace, may have some."
      : "Prometheus has no Istio metrics here. Check that it scrapes the proxies (istio_requests_total).",
  ];
  return message("No traffic", lines, "idle", actions);
}
