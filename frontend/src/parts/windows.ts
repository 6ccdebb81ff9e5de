// The time range: a window that ends now and moves, or one that ends at a fixed time and stays.

export const DEFAULT_WINDOW = "5m";
export const WINDOWS = ["1m", "5m", "10m", "15m", "30m", "1h", "3h", "6h", "12h", "24h"];
const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const UNIT_WORDS: Record<string, string> = { s: "s", m: "min", h: "h", d: "d", w: "weeks" };

/** Seconds of a Prometheus duration (`5m`, `1h30m`), null when it is none. */
export function windowSeconds(text: string): number | null {
  if (!/^(\d+[smhdw])+$/.test(text)) return null;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+)([smhdw])/g)) total += Number(number) * (UNIT_SECONDS[unit!] ?? 0);
  return total;
}

export function windowWords(text: string): string {
  return text.replace(/(\d+)([smhdw])/g, (_, number, unit) => `${number} ${UNIT_WORDS[unit]} `).trim();
}

/** `at` may be RFC 3339 or epoch seconds. */
export function endDate(at: string): Date | null {
  const date = /^\d+(\.\d+)?$/.test(at) ? new Date(Number(at) * 1000) : new Date(at);
  return Number.isNaN(date.getTime()) ? null : date;
}

export function rangeWords(window: string, at: string | null): string {
  if (!at) return `Last ${windowWords(window)}`;
  const end = endDate(at);
  const seconds = windowSeconds(window);
  if (!end || seconds === null) return windowWords(window);
  const start = new Date(end.getTime() - seconds * 1000);
  const time = (date: Date) => date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const day = end.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  const today = end.toDateString() === new Date().toDateString();
  return `${today ? "" : `${day} `}${time(start)} – ${time(end)}`;
}
