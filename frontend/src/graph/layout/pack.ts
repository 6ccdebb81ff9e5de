// Groups of a large graph side by side: callers left, callees right, as many columns as fit the shape of a screen.
// A layered layout of a mesh in which everybody calls everybody is one long line; this stays a page.
import type { Point, Size } from "./shapes";

export interface Link {
  source: string;
  target: string;
  weight: number;
}

const GAP = { x: 170, y: 80 };
const ASPECT = 1.25;
const SWEEPS = 6;

/** Callers before callees as far as cycles allow: the greedy order of Eades, Lin and Smyth, by weight. */
export function flowOrder(ids: string[], links: Link[]): string[] {
  const left: string[] = [];
  const right: string[] = [];
  const open = new Set([...ids].sort());
  const balance = new Map<string, { out: number; in: number }>(ids.map((id) => [id, { out: 0, in: 0 }]));
  for (const { source, target, weight } of links) {
    balance.get(source)!.out += weight;
    balance.get(target)!.in += weight;
  }
  const take = (id: string) => {
    open.delete(id);
    for (const { source, target, weight } of links) {
      if (source === id) balance.get(target)!.in -= weight;
      if (target === id) balance.get(source)!.out -= weight;
    }
  };
  const none = 1e-9;
  while (open.size) {
    const sink = [...open].find((id) => balance.get(id)!.out < none && balance.get(id)!.in > none);
    if (sink) {
      right.unshift(sink);
      take(sink);
      continue;
    }
    const next = [...open].reduce((best, id) => (net(id) > net(best) ? id : best));
    left.push(next);
    take(next);
  }
  return [...left, ...right];

  function net(id: string): number {
    const { out, in: into } = balance.get(id)!;
    return into < none && out > none ? Number.POSITIVE_INFINITY : out - into;
  }
}

/** Top left corners of all groups. */
export function pack(sizes: ReadonlyMap<string, Size>, links: Link[]): Map<string, Point> {
  const order = flowOrder([...sizes.keys()], links);
  const columns = inColumns(order, sizes);
  for (let sweep = 0; sweep < SWEEPS; sweep++) sortByNeighbours(columns, links);
  const heights = columns.map((column) => column.reduce((sum, id) => sum + sizes.get(id)!.h + GAP.y, -GAP.y));
  const tallest = Math.max(0, ...heights);
  const out = new Map<string, Point>();
  let x = 0;
  columns.forEach((column, index) => {
    const width = Math.max(...column.map((id) => sizes.get(id)!.w));
    let y = (tallest - heights[index]!) / 2;
    for (const id of column) {
      const size = sizes.get(id)!;
      out.set(id, { x: x + (width - size.w) / 2, y });
      y += size.h + GAP.y;
    }
    x += width + GAP.x;
  });
  return out;
}

function inColumns(order: string[], sizes: ReadonlyMap<string, Size>): string[][] {
  const area = order.reduce((sum, id) => sum + (sizes.get(id)!.w + GAP.x) * (sizes.get(id)!.h + GAP.y), 0);
  const limit = Math.sqrt(area / ASPECT);
  const columns: string[][] = [];
  let height = Number.POSITIVE_INFINITY;
  for (const id of order) {
    const step = sizes.get(id)!.h + GAP.y;
    if (height + step > limit * 1.04) {
      columns.push([]);
      height = 0;
    }
    columns[columns.length - 1]!.push(id);
    height += step;
  }
  return columns;
}

/** Each column in the order of the middle of its neighbours: fewer lines cross. */
function sortByNeighbours(columns: string[][], links: Link[]): void {
  const place = new Map<string, number>();
  for (const column of columns) {
    for (const [row, id] of column.entries()) place.set(id, row / column.length);
  }
  for (const column of columns) {
    const middle = new Map(column.map((id) => [id, barycentre(id, links, place)]));
    column.sort((a, b) => middle.get(a)! - middle.get(b)!);
  }
}

function barycentre(id: string, links: Link[], place: ReadonlyMap<string, number>): number {
  let [sum, total] = [0, 0];
  for (const { source, target, weight } of links) {
    const other = source === id ? target : target === id ? source : null;
    if (other === null) continue;
    sum += weight * (place.get(other) ?? 0.5);
    total += weight;
  }
  return total > 0 ? sum / total : (place.get(id) ?? 0.5);
}
