// What a page and the frame tell each other.

export interface Freshness {
  /** Epoch milliseconds at which the shown data was taken, null before the first. */
  takenAt: number | null;
  busy: boolean;
  failed: boolean;
}

export interface Found {
  title: string;
  note: string;
  status?: string;
  choose(): void;
}

type Finder = (words: string) => Found[];

const finders = new Set<Finder>();
const refreshers = new Set<() => void>();
const watchers = new Set<(freshness: Freshness) => void>();
export const themeChanged = new EventTarget();

/** A page offers what "Find anything" can find on it. */
export function offer(finder: Finder): void {
  finders.add(finder);
}

export function findAll(words: string): Found[] {
  return [...finders].flatMap((finder) => finder(words));
}

export function onRefresh(refresh: () => void): void {
  refreshers.add(refresh);
}

export function refreshNow(): void {
  for (const refresh of refreshers) refresh();
}

export function tellFreshness(freshness: Freshness): void {
  for (const watcher of watchers) watcher(freshness);
}

export function onFreshness(watcher: (freshness: Freshness) => void): void {
  watchers.add(watcher);
}
