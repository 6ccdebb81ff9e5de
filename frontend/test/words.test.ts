import assert from "node:assert/strict";
import { test } from "node:test";
import { summary } from "../src/frame/sources";
import { quantile, sumBuckets } from "../src/graph/buckets";
import { detailsUrl } from "../src/graph/details";
import { bars } from "../src/graph/distribution";
import { answerTone, flagList, flagWords, grpcWords } from "../src/graph/flags";
import { Model, versionOf, worse } from "../src/graph/model";
import { sumEdges } from "../src/graph/sums";
import { neighbour, spoken, start } from "../src/graph/walk";
import { boxTotals, caption, edgeLabel, wrap } from "../src/graph/words";
import { jobWords } from "../src/parts/api";
import { cell, csv } from "../src/parts/csv";
import { compare, sliceInSight } from "../src/parts/table";
import { box, edge, graph, node, small } from "./fixtures/mesh";

const words = (of: Parameters<typeof edgeLabel>[0], labels: Parameters<typeof edgeLabel>[1]) =>
  edgeLabel(of, labels)
    .map(({ text }) => text)
    .join(" · ");

test("labels of edges follow the choice", () => {
  const failing = edge("a", "b", {
    rate: 119,
    error_rate: 45.2,
    error_share: 0.38,
    health: { status: "failure", reasons: [] },
  });
  assert.equal(words(failing, ["rate", "errors"]), "119 rps · 38 %");
  assert.ok(edgeLabel(failing, ["rate"]).every(({ tone }) => tone === "failure"));
  assert.equal(words(edge("a", "b"), ["rate", "errors", "p95"]), "10 rps");
  const tcp = edge("a", "b", { protocol: "tcp", rate: 3, tcp: { sent_rate: 1_100_000, received_rate: 100_000 } });
  assert.equal(words(tcp, ["rate", "throughput", "protocol"]), "1.2 MB/s · TCP");
  assert.equal(edgeLabel(edge("a", "b"), ["mtls"])[0]?.lock, true);
  assert.equal(words(edge("a", "b", { mtls_share: 0 }), ["mtls"]), "plain text");
});

test("captions: version once, cause of the unknown in few words", () => {
  assert.deepEqual(caption(node("webapp"), true), { name: "webapp", notes: ["v1"] });
  assert.equal(versionOf(node("catalog-v1")), "");
  const unknown = node("u", { kind: "unknown", name: "unknown", cause: { code: "plaintext_client", message: "long" } });
  assert.deepEqual(caption(unknown, true).notes, ["plaintext client, no", "sidecar"]);
  assert.deepEqual(caption(node("webapp"), false).notes, ["v1", "shop"]);
  assert.equal(wrap("a ".repeat(3000), 10, 2).length, 2);
});

test("boxes say what comes in, else what goes out", () => {
  const inbound = { http: { rate: 424, error_share: 0.058 } };
  assert.equal(boxTotals(box("b", { traffic: { inbound, outbound: {} } }), 3), "424 rps · 94.2 % success");
  assert.equal(boxTotals(box("b", { traffic: { inbound: {}, outbound: inbound } }), 1), "424 rps out");
  assert.equal(boxTotals(box("b"), 1), "1 node, no traffic");
});

test("flags and codes in words", () => {
  assert.deepEqual(flagList("UF,URX"), ["UF", "URX"]);
  assert.deepEqual(flagList("-"), []);
  assert.match(flagWords("UO"), /circuit breaker/);
  assert.equal(grpcWords("14"), "14 UNAVAILABLE");
  assert.equal(answerTone("0", null), "failure");
  assert.equal(answerTone("200", "14"), "failure");
  assert.equal(answerTone("404", ""), "client");
});

test("sums: rates add, shares come from sums, the worst health wins", () => {
  const parts = [
    edge("a", "b", {
      rate: 90,
      error_rate: 0,
      mtls_share: 1,
      responses: [{ code: "200", grpc_status: "", flags: "-", rate: 90 }],
    }),
    edge("c", "b", {
      rate: 10,
      error_rate: 5,
      mtls_share: 0,
      health: { status: "failure", reasons: [] },
      responses: [{ code: "200", grpc_status: "", flags: "-", rate: 5 }],
    }),
    edge("d", "b", { protocol: "tcp", rate: 4, tcp: { sent_rate: 7, received_rate: 1 } }),
  ];
  const sum = sumEdges("x", "y", "z", parts);
  assert.equal(sum.rate, 100);
  assert.equal(sum.error_share, 0.05);
  assert.equal(sum.mtls_share, 0.9);
  assert.equal(sum.tcp?.sent_rate, 7);
  assert.equal(sum.health.status, "failure");
  assert.equal(sum.responses?.[0]?.rate, 95);
  assert.equal(worse("idle", "healthy"), "healthy");
  assert.equal(sumEdges("x", "y", "z", [edge("a", "b", { responses: null })]).responses?.length, 0);
});

test("percentiles of several edges come from the sum of their buckets", () => {
  const buckets = (rates: number[]) => edge("a", "b", { latency_buckets: { le_ms: [10, 100, null], rates } });
  const { latency } = sumBuckets([buckets([50, 0, 0]), buckets([0, 50, 0])]);
  assert.equal(latency?.p50_ms, 10);
  assert.ok(Math.abs(latency!.p90_ms! - 82) < 1e-9);
  assert.equal(sumBuckets([edge("a", "b")]).latency, null);
  assert.equal(quantile({ le_ms: [10, null], rates: [0, 5] }, 0.5), 10);
});

test("the distribution shades what is slower than p95, and leaves empty ends out", () => {
  const latency = { p50_ms: 5, p90_ms: 90, p95_ms: 95, p99_ms: 99 };
  const drawn = bars({ latency, latency_buckets: { le_ms: [1, 5, 10, 100, 1000, null], rates: [0, 0, 9, 1, 0, 0] } });
  assert.deepEqual(
    drawn.map(({ height }) => height),
    [0, 1, 1 / 9, 0],
  );
  assert.deepEqual(
    drawn.map(({ late }) => late),
    [false, false, true, true],
  );
  assert.match(drawn[1]!.words, /5 ms – 10 ms: 90 %/);
  assert.deepEqual(bars({ latency, latency_buckets: null }), []);
});

test("CSV: quotes what must be, and no cell is a formula", () => {
  assert.equal(cell('say "hi", you'), '"say ""hi"", you"');
  assert.equal(cell("=cmd()"), "'=cmd()");
  assert.equal(cell(-4), "-4");
  assert.equal(cell(null), "");
  assert.equal(csv(["a"], [["x\ny"]]), 'a\r\n"x\ny"\r\n');
});

test("tables: what is not known sorts last, long ones draw what is in sight", () => {
  const column = { key: "v", title: "v", value: (row: { v: number | null }) => row.v };
  const rows = [{ v: null }, { v: 2 }, { v: 1 }];
  assert.deepEqual(
    [...rows].sort(compare(column, false)).map(({ v }) => v),
    [1, 2, null],
  );
  assert.deepEqual(
    [...rows].sort(compare(column, true)).map(({ v }) => v),
    [2, 1, null],
  );
  assert.deepEqual(sliceInSight(50, 0, 600), [0, 50]);
  const [first, last] = sliceInSight(5000, 3200, 640);
  assert.ok(first < 100 && last > 120 && last - first < 60);
});

test("the keyboard walks to the nearest node that way, and says what is there", () => {
  const spots = [
    { id: "a", at: { x: 0, y: 0 } },
    { id: "b", at: { x: 100, y: 10 } },
    { id: "c", at: { x: 60, y: 200 } },
  ];
  assert.equal(start(spots)?.id, "a");
  assert.equal(neighbour(spots, spots[0]!, "ArrowRight")?.id, "b");
  assert.equal(neighbour(spots, spots[0]!, "ArrowDown")?.id, "c");
  assert.equal(neighbour(spots, spots[0]!, "ArrowLeft"), null);
  const model = new Model(small());
  assert.match(
    spoken(model, model.nodes.get("cart")!),
    /cart v1, workload in web\. Healthy\. .*calls db, host\.example/,
  );
});

test("sources: the worst is named", () => {
  assert.deepEqual(
    summary([
      { name: "prometheus", state: "ok" },
      { name: "jaeger", state: "off" },
    ]),
    { state: "ok", words: "prometheus ok" },
  );
  assert.equal(
    summary([
      { name: "prometheus", state: "down" },
      { name: "x", state: "ok" },
    ]).words,
    "prometheus down",
  );
  assert.equal(summary([]).state, "off");
});

test("jobs in words", () => {
  const job = { id: "1", state: "running" as const, progress: 0.4, done: 4, total: 9 };
  assert.equal(jobWords(job, "6 h"), "Collecting 6 h: 4 of 9 queries.");
  assert.equal(jobWords({ ...job, state: "failed", error: "no Prometheus" }, "6 h"), "no Prometheus");
});

test("details are asked for only where the graph is a summary", () => {
  const document = { ...small(), detail: "summary" as const };
  const url = (selected: string | null, of = document) =>
    detailsUrl("/api/v1/graph?type=app", new Model(of), null, selected);
  assert.equal(url("front>cart"), "/api/v1/graph?type=app&detail=full&only=front%3Ecart");
  assert.equal(url("web"), "/api/v1/graph?type=app&detail=full&namespaces=web");
  assert.equal(url("gone"), null);
  assert.equal(url(null), null);
  assert.equal(detailsUrl("/g", new Model(graph([node("a")], [])), null, "a"), null);
});
