// How often a page asks again. 0 pauses.

export const REFRESH_CHOICES = [0, 5, 10, 15, 30, 60, 300];
export const DEFAULT_REFRESH = 15;
const HIDDEN_FACTOR = 4;

export function refreshOf(params: URLSearchParams): number {
  const text = params.get("refresh");
  if (text === null || !/^\d+$/.test(text)) return DEFAULT_REFRESH;
  const seconds = Number(text);
  return seconds === 0 ? 0 : Math.min(300, Math.max(5, seconds));
}

export function refreshWords(seconds: number): string {
  if (seconds === 0) return "Paused";
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** Seconds until the next ask: slower while nobody looks, and backing off while it fails. */
export function nextDelay(seconds: number, hidden: boolean, failures: number): number {
  if (failures > 0) return Math.min(60, 2 ** Math.min(failures, 6)) * (hidden ? HIDDEN_FACTOR : 1);
  return seconds * (hidden ? HIDDEN_FACTOR : 1);
}
