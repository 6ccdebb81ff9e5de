// How requests were answered: a bar and its table by code and flag.
import { el, svg } from "../parts/dom";
import { exact, rate, share } from "../parts/format";
import { answerTone, flagList, flagWords, grpcWords } from "./flags";
import type { Answered } from "./model";
import { part } from "./panel";

const MOST = 12;

export function codeWords(answer: Answered): string {
  if (answer.grpc_status) return `gRPC ${grpcWords(answer.grpc_status)}`;
  return answer.code === "0" || answer.code === "" ? "no response" : answer.code;
}

export function answersPart(answers: Answered[]): HTMLElement | null {
  const total = answers.reduce((sum, { rate }) => sum + rate, 0);
  if (total <= 0) return null;
  const sorted = [...answers].sort((a, b) => b.rate - a.rate);
  const rows = sorted.slice(0, MOST).map((answer) => row(answer, total));
  const more = sorted.length > MOST ? el("p", { class: "muted" }, `and ${sorted.length - MOST} more`) : null;
  return part("Answers", bar(sorted, total), el("table", { class: "answers" }, el("tbody", {}, ...rows)), more);
}

function bar(answers: Answered[], total: number): SVGElement {
  const order = ["ok", "client", "failure"];
  const byTone = [...answers].sort(
    (a, b) => order.indexOf(answerTone(a.code, a.grpc_status)) - order.indexOf(answerTone(b.code, b.grpc_status)),
  );
  const words = byTone.map((answer) => `${codeWords(answer)} ${share(answer.rate / total)}`).join(", ");
  const picture = svg("svg", {
    class: "answer-bar",
    viewBox: "0 0 100 8",
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": words,
  });
  let at = 0;
  for (const answer of byTone) {
    const width = (answer.rate / total) * 100;
    const tone = answerTone(answer.code, answer.grpc_status);
    picture.append(
      svg(
        "rect",
        { class: tone, x: at, y: 0, width: Math.max(0.4, width - 0.5), height: 8 },
        svg("title", {}, `${codeWords(answer)}: ${share(answer.rate / total)}`),
      ),
    );
    at += width;
  }
  return picture;
}

function row(answer: Answered, total: number): HTMLElement {
  const tone = answerTone(answer.code, answer.grpc_status);
  const flags = flagList(answer.flags).map((flag) => el("span", { class: "chip", title: flagWords(flag) }, flag));
  const code = el(
    "td",
    {},
    el("span", { class: `answer-mark ${tone}`, "aria-hidden": "true" }),
    codeWords(answer),
    " ",
    ...flags,
  );
  if (flags.length)
    code.title = flagList(answer.flags)
      .map((flag) => `${flag}: ${flagWords(flag)}`)
      .join("\n");
  const value = el("td", { class: "number", title: exact(answer.rate, "requests per second") }, rate(answer.rate));
  return el("tr", {}, code, value, el("td", { class: "number" }, share(answer.rate / total)));
}
