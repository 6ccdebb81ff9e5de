// Pictures by topology: in memory, and in the tab's storage, so that a known mesh opens at once.
import type { Picture } from "./picture";
import type { Point, Rect } from "./shapes";

const PREFIX = "meshview-picture:";
const MOST = 6;
const memory = new Map<string, Picture>();

type Stored = {
  n: [string, number, number][];
  b: [string, number, number, number, number][];
  r: [string, number[]][];
  l?: [string, number, number][];
};

const whole = Math.round;

export function pack(picture: Picture): Stored {
  return {
    n: [...picture.nodes].map(([id, { x, y }]) => [id, whole(x), whole(y)]),
    b: [...picture.boxes].map(([id, { x, y, w, h }]) => [id, whole(x), whole(y), whole(w), whole(h)]),
    r: [...picture.routes].map(([id, points]) => [id, points.flatMap(({ x, y }) => [whole(x), whole(y)])]),
    l: [...picture.labels].map(([id, { x, y }]) => [id, whole(x), whole(y)]),
  };
}

export function unpack(stored: Stored): Picture {
  const point = ([id, x, y]: [string, number, number]): [string, Point] => [id, { x, y }];
  const pairs = (flat: number[]) =>
    Array.from({ length: flat.length / 2 }, (_, at) => ({ x: flat[2 * at]!, y: flat[2 * at + 1]! }));
  return {
    nodes: new Map(stored.n.map(point)),
    boxes: new Map(stored.b.map(([id, x, y, w, h]): [string, Rect] => [id, { x, y, w, h }])),
    labels: new Map((stored.l ?? []).map(point)),
    routes: new Map(stored.r.map(([id, flat]) => [id, pairs(flat)])),
  };
}

export function remember(key: string, picture: Picture): void {
  memory.set(key, picture);
  try {
    const old = Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
    for (const name of old.slice(0, Math.max(0, old.length - MOST + 1))) sessionStorage.removeItem(name);
    sessionStorage.setItem(PREFIX + key, JSON.stringify(pack(picture)));
  } catch {
    // No room, or no storage: memory has it.
  }
}

export function recall(key: string): Picture | null {
  const known = memory.get(key);
  if (known) return known;
  try {
    const text = sessionStorage.getItem(PREFIX + key);
    return text ? unpack(JSON.parse(text) as Stored) : null;
  } catch {
    return null;
  }
}

export function forget(key: string): void {
  memory.delete(key);
  try {
    sessionStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing to forget.
  }
}
