// Numbers as a person reads them: at most three significant digits, a unit, a dash for what is not known.

export const NOTHING = "–";
const PREFIXES: [number, string][] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

type Maybe = number | null | undefined;

function known(value: Maybe): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** At most three significant digits, without exponent and without trailing zeros. */
export function digits(value: number): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(3));
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  return rounded
    .toFixed(Math.min(decimals, 6))
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
}

function prefixed(value: number): [string, string] {
  for (const [size, prefix] of PREFIXES) {
    if (Math.abs(Number(value.toPrecision(3))) >= size) return [digits(value / size), prefix];
  }
  return [digits(value), ""];
}

/** A bare number: `1.24k`, `87`, `0.3`. */
export function count(value: Maybe): string {
  if (!known(value)) return NOTHING;
  return prefixed(value).join("");
}

/** Requests per second: `1.24k rps`; slow ones stay readable: `< 0.01 rps`. */
export function rate(value: Maybe, unit = "rps"): string {
  if (!known(value)) return NOTHING;
  if (value > 0 && value < 0.01) return `< 0.01 ${unit}`;
  return `${count(value)} ${unit}`;
}

/** Bytes per second: `1.2 MB/s`. */
export function byteRate(value: Maybe): string {
  if (!known(value)) return NOTHING;
  if (value > 0 && value < 1) return "< 1 B/s";
  const [number, prefix] = prefixed(value);
  return `${number} ${prefix}B/s`;
}

/** Bytes: `1.2 MB`. */
export function size(value: Maybe): string {
  if (!known(value)) return NOTHING;
  const [number, prefix] = prefixed(value);
  return `${number} ${prefix}B`;
}

/** Milliseconds as `0.4 ms`, `87 ms`, `1.1 s`, `2.5 min`. */
export function duration(ms: Maybe): string {
  if (!known(ms)) return NOTHING;
  if (ms >= 120_000) return `${digits(ms / 60_000)} min`;
  if (ms >= 1000) return `${digits(ms / 1000)} s`;
  return `${digits(ms)} ms`;
}

/** A share 0..1 as per cent: `0.3 %`. What is not all never reads 100 %, what is not none never 0 %. */
export function share(value: Maybe): string {
  if (!known(value)) return NOTHING;
  if (value > 0 && value < 0.0001) return "< 0.01 %";
  const text = digits(value * 100);
  if (value < 1 && text === "100") return "> 99.9 %";
  return `${text} %`;
}

/** The exact value for hover and copy. */
export function exact(value: Maybe, unit: string): string {
  return known(value) ? `${value} ${unit}`.trim() : "not known";
}

/** A length of time in words: `8 s`, `5 min`, `3 h`, `2 d`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return whole % 60 === 0 && whole > 0 ? `${whole / 60} min` : `${whole} s`;
  if (whole < 7200) return `${Math.round(whole / 60)} min`;
  if (whole < 172_800) return `${digits(whole / 3600)} h`;
  return `${Math.round(whole / 86_400)} d`;
}

export function ago(seconds: number): string {
  return seconds < 1 ? "just now" : `${span(seconds)} ago`;
}

/** `14:03:12` in the reader's zone, with the day in front when it is not today. */
export function clock(time: number | string | Date, now = new Date()): string {
  const date = new Date(typeof time === "number" ? time * 1000 : time);
  if (Number.isNaN(date.getTime())) return NOTHING;
  const hours = date.toLocaleTimeString("en-GB");
  if (date.toDateString() === now.toDateString()) return hours;
  return `${date.toLocaleDateString("en-GB", { day: "numeric", month: "short" })} ${hours}`;
}

/** Names as they may be shown: control characters, and those that turn the direction of text, are made visible. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** Long names lose their middle: both ends tell names apart. */
export function middle(text: string, length: number): string {
  const letters = text.length > 4 * length ? [...text.slice(0, 2 * length), ...text.slice(-2 * length)] : [...text];
  if (letters.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (length - 1 - head)).join("")}`;
}

/** `1 edge`, `2 edges`. */
export function plural(many: number, one: string, more = `${one}s`): string {
  return `${many.toLocaleString("en")} ${many === 1 ? one : more}`;
}
