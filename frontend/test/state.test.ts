import assert from "node:assert/strict";
import { test } from "node:test";
import { apiQuery, changes, parseState, shapeKey } from "../src/graph/state";
import { nextDelay, refreshOf } from "../src/parts/refresh";
import { rangeWords, windowSeconds, windowWords } from "../src/parts/windows";

const parse = (query: string) => parseState(new URLSearchParams(query));

test("an empty address is the default, and the default is an empty address", () => {
  const state = parse("");
  assert.equal(state.type, "workload");
  assert.deepEqual(state.box, ["namespace"]);
  const back = changes({ ...state });
  assert.ok(Object.values(back).every((value) => value === null));
});

test("state goes into the address and comes back", () => {
  const query =
    "type=app&namespaces=a,b&service_nodes=true&idle=true&box=cluster,app&labels=p95,mtls&view=table&select=w:c/ns/x";
  const state = parse(query);
  const written = new URLSearchParams(
    Object.entries(changes(state)).filter((pair): pair is [string, string] => pair[1] !== null),
  );
  assert.deepEqual(parseState(written), { ...state });
});

test("no boxes is a choice of its own", () => {
  assert.deepEqual(parse("box=").box, []);
  assert.equal(changes({ box: [] })["box"], "");
});

test("unknown labels are left out, what the API judges is passed on", () => {
  assert.deepEqual(parse("labels=rate,nonsense").labels, ["rate"]);
  assert.equal(apiQuery("/g", parse("type=odd&window=7m")), "/g?type=odd&window=7m&box=namespace");
});

test("time, labels and selection do not change the shape", () => {
  assert.equal(shapeKey(parse("window=1h&labels=p99&select=x&view=table")), shapeKey(parse("")));
  assert.notEqual(shapeKey(parse("idle=true")), shapeKey(parse("")));
});

test("windows in seconds and words", () => {
  assert.equal(windowSeconds("1h30m"), 5400);
  assert.equal(windowSeconds("soon"), null);
  assert.equal(windowWords("5m"), "5 min");
  assert.equal(rangeWords("15m", null), "Last 15 min");
  assert.match(rangeWords("15m", "2020-05-01T12:00:00Z"), /May \d\d:\d\d – \d\d:\d\d/);
});

test("refreshing: slower when hidden, backing off while it fails, paused when paused", () => {
  assert.equal(refreshOf(new URLSearchParams("")), 15);
  assert.equal(refreshOf(new URLSearchParams("refresh=0")), 0);
  assert.equal(refreshOf(new URLSearchParams("refresh=1")), 5);
  assert.equal(refreshOf(new URLSearchParams("refresh=x")), 15);
  assert.equal(nextDelay(10, true, 0), 40);
  assert.ok(nextDelay(10, false, 1) < nextDelay(10, false, 5));
  assert.ok(nextDelay(10, false, 50) <= 60);
});
