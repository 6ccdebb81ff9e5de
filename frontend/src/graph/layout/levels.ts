// More than about 150 nodes: two levels. Namespaces first, closed, with summed edges; then the insides, one by one.
import type { ElkNode } from "elkjs/lib/elk-api";
import type { GraphNode, Model } from "../model";
import { type Summed, strength, sumBetween } from "../sums";
import { caption } from "../words";
import { elkEdge, LAYERED, readPicture } from "./nested";
import { pack } from "./pack";
import { BOX_HEAD, BOX_PAD, emptyPicture, type Picture } from "./picture";
import { bodySize, footprint, type Rect } from "./shapes";

export const STRONGEST = 150;
const COLUMN = 180;
const ROW = 84;

export interface Groups {
  /** The groups by id, each a box of the document or one made up for its namespace. */
  boxes: Map<string, GraphNode>;
  /** Group of each leaf; a leaf outside every namespace is its own group. */
  of: Map<string, string>;
  members: Map<string, GraphNode[]>;
  sums: Summed[];
}

function groupId(model: Model, leaf: GraphNode): string {
  let group = "";
  for (let at = leaf.parent; at; at = model.nodes.get(at)?.parent) {
    if (model.nodes.get(at)?.box === "namespace") group = at;
  }
  if (group) return group;
  const named =
    leaf.namespace && leaf.namespace !== "unknown" && !["unknown", "passthrough", "blackhole"].includes(leaf.kind);
  return named ? `group:${leaf.cluster ?? ""}/${leaf.namespace}` : leaf.id;
}

function madeUp(id: string, leaf: GraphNode): GraphNode {
  return {
    id,
    kind: "box",
    box: "namespace",
    name: leaf.namespace ?? "",
    namespace: leaf.namespace ?? null,
    cluster: leaf.cluster ?? null,
    traffic: { inbound: {}, outbound: {} },
    health: { status: "unknown", reasons: [] },
    badges: [],
    cause: null,
  };
}

export function groupsOf(model: Model): Groups {
  const boxes = new Map<string, GraphNode>();
  const of = new Map<string, string>();
  const members = new Map<string, GraphNode[]>();
  for (const leaf of model.leaves) {
    const id = groupId(model, leaf);
    of.set(leaf.id, id);
    members.set(id, [...(members.get(id) ?? []), leaf]);
    if (id !== leaf.id && !boxes.has(id)) boxes.set(id, model.nodes.get(id) ?? madeUp(id, leaf));
  }
  return { boxes, of, members, sums: sumBetween(model, (id) => of.get(id) ?? id) };
}

/** Room for an inside before it is laid out; it is later fitted into just this room. */
export function roomFor(many: number): { w: number; h: number } {
  const columns = Math.max(2, Math.ceil(Math.sqrt(many * 0.8)));
  return { w: columns * COLUMN + 2 * BOX_PAD, h: Math.ceil(many / columns) * ROW + BOX_HEAD + BOX_PAD };
}

/** The first level: closed boxes and lone nodes, placed at once, without ELK. */
export function outerPicture(groups: Groups): Picture {
  const sizes = new Map(
    [...groups.members].map(([id, members]) => [
      id,
      groups.boxes.has(id) ? roomFor(members.length) : footprint(members[0]!, caption(members[0]!, false)),
    ]),
  );
  const links = groups.sums
    .slice(0, STRONGEST)
    .map(({ source, target, edge }) => ({ source, target, weight: Math.sqrt(strength(edge)) }));
  const picture = emptyPicture();
  for (const [id, at] of pack(sizes, links)) {
    const { w, h } = sizes.get(id)!;
    if (groups.boxes.has(id)) picture.boxes.set(id, { ...at, w, h });
    else picture.nodes.set(id, { x: at.x + w / 2, y: at.y + bodySize(groups.members.get(id)![0]!).h / 2 });
  }
  return picture;
}

export function innerGraph(model: Model, members: GraphNode[]): ElkNode {
  const inside = new Set(members.map(({ id }) => id));
  const children = members.map((node): ElkNode => {
    const size = footprint(node, caption(node, true));
    const y = bodySize(node).h / 2;
    const port = (side: string, x: number, where: string) => ({
      id: node.id + side,
      x,
      y,
      width: 0,
      height: 0,
      layoutOptions: { "elk.port.side": where },
    });
    return {
      id: node.id,
      width: size.w,
      height: size.h,
      layoutOptions: { "elk.portConstraints": "FIXED_POS" },
      ports: [port("\u0001in", 0, "WEST"), port("\u0001out", size.w, "EAST")],
    };
  });
  const edges = [...model.edges.values()].filter(
    ({ source, target }) => source !== target && inside.has(source) && inside.has(target),
  );
  return {
    id: "root",
    layoutOptions: {
      ...LAYERED,
      "elk.layered.thoroughness": "3",
      "elk.layered.spacing.nodeNodeBetweenLayers": "70",
      "elk.aspectRatio": "1.8",
      "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
    },
    children,
    edges: edges.map(({ id, source, target }) => elkEdge(id, source, target)),
  };
}

/** An inside fitted into the room of its box: nodes keep their size, the ways between them give. */
export function readInner(root: ElkNode, model: Model, room: Rect): Picture {
  const inner = readPicture(root, model.nodes);
  const [width, height] = [Math.max(1, root.width ?? 1), Math.max(1, root.height ?? 1)];
  const sx = Math.min(1.6, (room.w - 2 * BOX_PAD) / width);
  const sy = Math.min(1.6, (room.h - BOX_HEAD - BOX_PAD) / height);
  const left = room.x + BOX_PAD + (room.w - 2 * BOX_PAD - width * sx) / 2;
  const place = ({ x, y }: { x: number; y: number }) => ({ x: left + x * sx, y: room.y + BOX_HEAD + y * sy });
  const picture = emptyPicture();
  for (const [id, at] of inner.nodes) picture.nodes.set(id, place(at));
  for (const [id, route] of inner.routes) {
    const points = route.map(place);
    // The ends belong to bodies, which keep their size.
    const edge = model.edges.get(id);
    const [from, to] = [edge && picture.nodes.get(edge.source), edge && picture.nodes.get(edge.target)];
    if (edge && from && to) {
      points[0] = { x: from.x + bodySize(model.nodes.get(edge.source)!).w / 2, y: from.y };
      points[points.length - 1] = { x: to.x - bodySize(model.nodes.get(edge.target)!).w / 2, y: to.y };
    }
    picture.routes.set(id, points);
  }
  return picture;
}
