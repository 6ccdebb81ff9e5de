// An edge in words and figures.
import { el } from "../parts/dom";
import { byteRate, count, exact, rate, share } from "../parts/format";
import { verdict } from "../parts/messages";
import { answersPart } from "./answers";
import { bytesOf, type GraphEdge, nameOf, titleOf } from "./model";
import { type Figure, figures, heading, part, type Subject } from "./panel";
import { edgeList, principalsPart } from "./panel-lists";
import { responseTimePart } from "./response-time";

const PROTOCOLS: Record<string, string> = { http: "HTTP", grpc: "gRPC", tcp: "TCP" };

export function edgePanel(subject: Subject, edge: GraphEdge): HTMLElement[] {
  const { model, summed } = subject;
  const [source, target] = [model.nodes.get(edge.source) ?? subject.node, model.nodes.get(edge.target)];
  const kind = summed ? `${summed.parts.length} edges, summed` : `Edge · ${PROTOCOLS[edge.protocol] ?? edge.protocol}`;
  const names = summed
    ? [groupName(subject, edge.source), groupName(subject, edge.target)]
    : [titleOf(source), titleOf(target)];
  const parts: (HTMLElement | null)[] = [
    heading(kind, `${names[0]} → ${names[1]}`),
    ends(edge),
    verdict(edge.health),
    edge.cause ? el("p", { class: "cause" }, edge.cause.message) : null,
    edge.protocol === "tcp" ? tcpFigures(edge) : requestFigures(subject, edge),
    edge.responses ? answersPart(edge.responses) : null,
    responseTimePart(edge),
    edge.protocol !== "tcp" && !edge.latency && edge.rate && !summed ? missingTimes(subject) : null,
    edge.principals ? principalsPart(edge.principals) : null,
    summed ? part("Strongest", edgeList(subject, summed.parts)) : null,
  ];
  return parts.filter((part): part is HTMLElement => part !== null);

  function ends(of: GraphEdge): HTMLElement | null {
    const names = [
      ...new Set((of.services ?? []).map(({ namespace, name }) => (namespace ? `${namespace} / ${name}` : name))),
    ];
    const same = names.length === 1 && of.services?.[0]?.name === nameOf(target);
    return names.length && !same
      ? el("p", { class: "muted asked" }, `asked for ${names.slice(0, 4).join(", ")}`)
      : null;
  }
}

function groupName(subject: Subject, id: string): string {
  const node = subject.model.nodes.get(id);
  return node ? nameOf(node) : id.replace(/^group:[^/]*\//, "");
}

function missingTimes(subject: Subject): HTMLElement {
  const missing = subject.model.document.snapshot.missing.find(({ column }) => column.includes("duration"));
  const words = missing
    ? `Not known: ${missing.source} did not deliver (${missing.error}).`
    : "Not known: no histogram for this edge in this window.";
  return part("Response time", el("p", { class: "muted" }, words));
}

function requestFigures(subject: Subject, edge: GraphEdge): HTMLElement {
  const source = nameOf(subject.model.nodes.get(edge.source));
  const failing = Boolean(edge.error_rate && edge.error_rate > 0);
  return figures([
    { words: "Requests", value: rate(edge.rate), exact: exact(edge.rate, "requests per second") },
    edge.source_share === null
      ? null
      : {
          words: `Share of ${shorten(source)}'s traffic`,
          value: share(edge.source_share),
          exact: exact(edge.source_share, ""),
        },
    {
      words: "Errors",
      value: failing ? `${rate(edge.error_rate)} · ${share(edge.error_share)}` : "none",
      exact: exact(edge.error_rate, "errors per second"),
      tone: failing ? edge.health.status : "",
    },
    ...errorKinds(edge),
    messages(edge),
    bytesOf(edge) === null
      ? null
      : {
          words: "Throughput out / in",
          value: `${byteRate(edge.request_bytes_rate)} / ${byteRate(edge.response_bytes_rate)}`,
          exact: `${exact(edge.request_bytes_rate, "bytes/s")} / ${exact(edge.response_bytes_rate, "bytes/s")}`,
        },
    mtls(edge),
    edge.reporters.length ? { words: "Reported by", value: edge.reporters.join(", ") } : null,
  ]);
}

function messages({ grpc }: GraphEdge): Figure | null {
  const [out, back] = [grpc?.request_messages_rate ?? null, grpc?.response_messages_rate ?? null];
  if (out === null && back === null) return null;
  const words = (value: number | null) => (value === null ? "not known" : `${count(value)}`);
  return {
    words: "Messages out / in",
    value: `${words(out)} / ${words(back)} per s`,
    exact: `${exact(out, "messages per second")} / ${exact(back, "messages per second")}`,
  };
}

function shorten(name: string): string {
  return name.length > 16 ? "source" : name;
}

function errorKinds(edge: GraphEdge): (Figure | null)[] {
  if (!edge.errors) return [];
  const kinds: [string, number][] = [
    ["of them 5xx", edge.errors.http_5xx],
    ["of them no response", edge.errors.no_response],
    ["of them gRPC status", edge.errors.grpc],
    ["4xx (not counted)", edge.errors.http_4xx],
  ];
  return kinds.map(([words, value]) =>
    value > 0 ? { words, value: rate(value), exact: exact(value, "per second"), tone: "minor" } : null,
  );
}

function mtls(edge: GraphEdge): Figure | null {
  if (edge.mtls_share === null) return null;
  const value = edge.mtls_share > 0 ? share(edge.mtls_share) : "none, plain text";
  return { words: "mTLS", value, exact: exact(edge.mtls_share, ""), tone: edge.mtls_share < 0.9999 ? "degraded" : "" };
}

function tcpFigures(edge: GraphEdge): HTMLElement {
  const tcp = edge.tcp;
  return figures([
    { words: "Sent by the server", value: byteRate(tcp?.sent_rate), exact: exact(tcp?.sent_rate, "bytes/s") },
    {
      words: "Received by the server",
      value: byteRate(tcp?.received_rate),
      exact: exact(tcp?.received_rate, "bytes/s"),
    },
    {
      words: "Connections opened",
      value: `${count(tcp?.opened_rate)} per s`,
      exact: exact(tcp?.opened_rate, "per second"),
    },
    {
      words: "Connections closed",
      value: `${count(tcp?.closed_rate)} per s`,
      exact: exact(tcp?.closed_rate, "per second"),
    },
    mtls(edge),
    edge.reporters.length ? { words: "Reported by", value: edge.reporters.join(", ") } : null,
  ]);
}
