import assert from "node:assert/strict";
import { test } from "node:test";
import ELK from "elkjs/lib/elk.bundled.js";
import { setFree } from "../src/graph/free";
import { groupsOf, outerPicture, roomFor } from "../src/graph/layout/levels";
import { nestedGraph, readPicture } from "../src/graph/layout/nested";
import { flowOrder, pack } from "../src/graph/layout/pack";
import { coverage, extend, grid, topologyKey } from "../src/graph/layout/picture";
import { curve, directRoute, nearest, pointAlong, samples } from "../src/graph/layout/routes";
import type { Rect } from "../src/graph/layout/shapes";
import { soften } from "../src/graph/layout/soften";
import { pack as packStored, unpack } from "../src/graph/layout/store";
import { Model } from "../src/graph/model";
import { buildScene } from "../src/graph/scene";
import { caption } from "../src/graph/words";
import { box, edge, graph, large, node, small } from "./fixtures/mesh";

async function laidOut(model: Model) {
  const root = await new ELK().layout(nestedGraph(model));
  return readPicture(root, model.nodes);
}

function apart(a: Rect, b: Rect): boolean {
  return a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
}

test("one run: left to right, boxes hold their nodes and do not overlap", async () => {
  const model = new Model(small());
  const picture = await laidOut(model);
  const x = (id: string) => picture.nodes.get(id)!.x;
  assert.ok(x("gateway") < x("front") && x("front") < x("cart") && x("cart") < x("db"));
  const [web, data] = [picture.boxes.get("web")!, picture.boxes.get("data")!];
  assert.ok(apart(web, data));
  for (const id of ["front", "cart"]) {
    const at = picture.nodes.get(id)!;
    assert.ok(at.x > web.x && at.x < web.x + web.w && at.y > web.y && at.y < web.y + web.h);
  }
});

test("routes begin and end at the bodies of their nodes", async () => {
  const model = new Model(small());
  const picture = await laidOut(model);
  soften(picture, model.nodes, (id) => [model.edges.get(id)!.source, model.edges.get(id)!.target]);
  const route = picture.routes.get("front>cart")!;
  assert.equal(route[0]!.y, picture.nodes.get("front")!.y);
  assert.ok(route[0]!.x > picture.nodes.get("front")!.x);
  assert.ok(route[route.length - 1]!.x < picture.nodes.get("cart")!.x);
});

test("gateways alone in a namespace and hosts outside the mesh stand free, and the flow stays left to right", async () => {
  const document = small();
  document.nodes.push(
    box("egress"),
    node("egressgateway", { parent: "egress", namespace: "egress", badges: ["gateway"] }),
    node("host", { parent: "web", namespace: "web", kind: "external" }),
  );
  document.edges.push(edge("cart", "egressgateway"), edge("egressgateway", "host"));
  const model = new Model(setFree(document));
  assert.ok(!model.nodes.has("egress") && model.nodes.has("web"));
  assert.deepEqual([model.nodes.get("egressgateway")!.parent, model.nodes.get("host")!.parent], [null, null]);
  const { inbound, outbound } = model.nodes.get("web")!.traffic;
  assert.equal(inbound["http"]!.rate, rateInto(model, "web"));
  assert.ok(outbound["http"]!.rate! > 0);
  assert.deepEqual(caption(model.nodes.get("egressgateway")!, false).notes.at(-1), "egress");
  const picture = await laidOut(model);
  const x = (id: string) => picture.nodes.get(id)!.x;
  assert.ok(x("cart") < x("egressgateway") && x("egressgateway") < x("host"));
  assert.equal(document.nodes.find(({ id }) => id === "host")!.parent, "web", "the document stays as it came");
});

function rateInto(model: Model, id: string): number {
  const inside = (end: string) => model.within(model.nodes.get(end)!, id);
  return [...model.edges.values()]
    .filter(({ source, target, protocol }) => protocol === "http" && !inside(source) && inside(target))
    .reduce((sum, { rate }) => sum + (rate ?? 0), 0);
}

test("labels have room of their own: on no node, and not on each other", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const fan = graph(
    [box("shop"), node("hub", { parent: "shop" }), ...names.map((name) => node(name, { parent: "shop" }))],
    names.map((name) => edge("hub", name)),
  );
  const model = new Model(fan);
  const picture = readPicture(await new ELK().layout(nestedGraph(model, ["rate"])), model.nodes);
  assert.equal(picture.labels.size, names.length);
  const rects = [...picture.labels.values()].map(({ x, y }) => ({ x: x - 26, y: y - 8, w: 52, h: 16 }));
  for (const [index, a] of rects.entries()) assert.ok(rects.slice(index + 1).every((b) => apart(a, b)));
  for (const at of picture.nodes.values())
    assert.ok(rects.every((rect) => apart(rect, { x: at.x - 15, y: at.y - 15, w: 30, h: 48 })));
  const bare = readPicture(await new ELK().layout(nestedGraph(model)), model.nodes);
  assert.equal(bare.labels.size, 0);
});

test("lines follow a node that was dragged, also after a refresh", async () => {
  const model = new Model(small());
  const picture = await laidOut(model);
  const laid = { key: "", picture, groups: null };
  const route = () => buildScene(model, laid, new Set(), null).edges.find(({ id }) => id === "front>cart")!.route;
  assert.deepEqual(route(), picture.routes.get("front>cart"));
  const at = picture.nodes.get("cart")!;
  picture.nodes.set("cart", { x: at.x + 50, y: at.y + 200 });
  assert.equal(route().at(-1)!.y, at.y + 200);
});

test("the nearest point of a line", () => {
  const line = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
    { x: 100, y: 100 },
  ];
  assert.deepEqual(nearest(line, { x: 40, y: 9 }), { x: 40, y: 0 });
  assert.deepEqual(nearest(line, { x: 120, y: 300 }), { x: 100, y: 100 });
});

test("topology decides the key, rates do not", () => {
  const one = small();
  const other = small();
  other.edges[0]!.rate = 999;
  other.nodes.reverse();
  assert.equal(topologyKey(new Model(one)), topologyKey(new Model(other)));
  other.edges.pop();
  assert.notEqual(topologyKey(new Model(one)), topologyKey(new Model(other)));
});

test("new nodes are placed without moving others, and on nobody", async () => {
  const before = new Model(small());
  const picture = await laidOut(before);
  const grown = small();
  grown.nodes.push(node("stock", { parent: "web", namespace: "web" }), node("lonely"));
  grown.edges.push(edge("cart", "stock"));
  const model = new Model(grown);
  const next = extend(model, picture);
  for (const [id, at] of picture.nodes) assert.deepEqual(next.nodes.get(id), at);
  const spots = [...next.nodes.values()].map(({ x, y }) => `${Math.round(x / 40)},${Math.round(y / 40)}`);
  assert.equal(new Set(spots).size, spots.length);
  assert.equal(coverage(model, next), 1);
  assert.ok(next.boxes.get("web")!.h >= picture.boxes.get("web")!.h);
});

test("without a layout there are rows, and everything has a place", () => {
  const model = new Model(small());
  assert.equal(coverage(model, grid(model)), 1);
});

test("pictures survive being stored", () => {
  const picture = grid(new Model(small()));
  picture.routes.set("a", [
    { x: 1, y: 2 },
    { x: 3, y: 4 },
  ]);
  picture.labels.set("a", { x: 2, y: 3 });
  assert.deepEqual(unpack(JSON.parse(JSON.stringify(packStored(picture)))), picture);
});

test("callers come before callees, cycles or not", () => {
  const link = (source: string, target: string, weight = 1) => ({ source, target, weight });
  assert.deepEqual(flowOrder(["c", "b", "a"], [link("a", "b"), link("b", "c")]), ["a", "b", "c"]);
  assert.deepEqual(new Set(flowOrder(["a", "b"], [link("a", "b", 5), link("b", "a", 1)])), new Set(["a", "b"]));
  assert.equal(flowOrder(["a", "b"], [link("a", "b", 5), link("b", "a", 1)])[0], "a");
});

test("packed groups do not overlap and fill a page, not a line", () => {
  const sizes = new Map(Array.from({ length: 50 }, (_, n) => [`g${n}`, roomFor(5 + (n % 30))]));
  const links = Array.from({ length: 150 }, (_, n) => ({
    source: `g${(n * 7) % 50}`,
    target: `g${(n * 11 + 3) % 50}`,
    weight: n + 1,
  }));
  const rects = [...pack(sizes, links)].map(([id, at]) => ({ ...at, ...sizes.get(id)! }));
  for (const [index, a] of rects.entries()) assert.ok(rects.slice(index + 1).every((b) => apart(a, b)));
  const width = Math.max(...rects.map(({ x, w }) => x + w));
  const height = Math.max(...rects.map(({ y, h }) => y + h));
  assert.ok(width / height > 0.7 && width / height < 2.5, `${width} × ${height}`);
});

test("a large mesh: groups at once, sums that add up", () => {
  const model = new Model(large());
  const started = performance.now();
  const groups = groupsOf(model);
  const picture = outerPicture(groups);
  assert.ok(performance.now() - started < 2000);
  assert.equal(picture.boxes.size, 50);
  const summed = groups.sums.reduce((total, { edge }) => total + (edge.rate ?? 0), 0);
  const crossing = [...model.edges.values()].filter(
    ({ source, target }) => groups.of.get(source) !== groups.of.get(target),
  );
  assert.ok(Math.abs(summed - crossing.reduce((total, { rate }) => total + rate!, 0)) < 1e-6);
});

test("without boxes a large mesh is grouped by namespace all the same", () => {
  const document = large(4, 50, 300);
  document.nodes = document.nodes.filter(({ kind }) => kind !== "box").map((one) => ({ ...one, parent: null }));
  assert.equal(groupsOf(new Model(document)).boxes.size, 4);
});

test("curves: control points are relative to the straight line between the ends", () => {
  const route = directRoute({ x: 0, y: 0 }, 20, { x: 200, y: 100 }, 20);
  const { source, target, weights, distances } = curve(route, { x: 0, y: 0 }, { x: 200, y: 100 });
  assert.deepEqual(
    [source, target],
    [
      { x: 10, y: 0 },
      { x: -10, y: 0 },
    ],
  );
  assert.equal(weights.length, distances.length);
  const line = samples(route);
  assert.deepEqual(line[line.length - 1], { x: 190, y: 100 });
  const middle = pointAlong(line, 0.5);
  assert.ok(Math.abs(middle.x - 100) < 2 && Math.abs(middle.y - 50) < 2);
});

test("an edge to itself, and one between equal places, have finite curves", () => {
  const here = { x: 5, y: 5 };
  for (const route of [directRoute(here, 34, here, 34), [here, here]]) {
    const { weights, distances } = curve(route, here, here);
    assert.ok([...weights, ...distances].every(Number.isFinite));
  }
  assert.equal(new Model(graph([node("a")], [edge("a", "a"), edge("a", "gone")])).edges.size, 1);
});
