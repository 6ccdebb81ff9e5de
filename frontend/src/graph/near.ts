// On big graphs: which groups are near enough to be drawn open.
import type { Laid } from "./layout/run";
import type { Rect } from "./layout/shapes";

const OPEN_ZOOM = 0.5;
const CLOSE_ZOOM = 0.42;
const MOST_NODES = 260;

/** Groups in sight, when the zoom makes their nodes readable; nearest to the middle first, up to a number of nodes. */
export function groupsNear(laid: Laid, sight: Rect, zoom: number, open: ReadonlySet<string>): Set<string> {
  const { groups, picture } = laid;
  if (!groups) return new Set();
  if (zoom < (open.size ? CLOSE_ZOOM : OPEN_ZOOM)) return new Set();
  const [cx, cy] = [sight.x + sight.w / 2, sight.y + sight.h / 2];
  const inSight = [...groups.boxes.keys()].flatMap((id) => {
    const rect = picture.boxes.get(id);
    if (!rect || !overlaps(rect, sight) || !laidInside(laid, id)) return [];
    return [
      {
        id,
        far: Math.hypot(rect.x + rect.w / 2 - cx, rect.y + rect.h / 2 - cy),
        many: groups.members.get(id)?.length ?? 0,
      },
    ];
  });
  const near = new Set<string>();
  let total = 0;
  for (const { id, many } of inSight.sort((a, b) => a.far - b.far)) {
    total += many;
    if (near.size && total > MOST_NODES) break;
    near.add(id);
  }
  return near;
}

function laidInside({ groups, picture }: Laid, id: string): boolean {
  return groups?.members.get(id)?.some((leaf) => picture.nodes.has(leaf.id)) ?? false;
}

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.w && a.x + a.w > b.x && a.y < b.y + b.h && a.y + a.h > b.y;
}
