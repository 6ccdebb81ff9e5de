// Canvas needs colours as values: read from the tokens, again when the theme changes.

const TOKENS = {
  text: "--text",
  muted: "--muted",
  faint: "--faint",
  surface: "--surface",
  sunken: "--sunken",
  canvas: "--canvas",
  box: "--box",
  line: "--line",
  lineStrong: "--line-strong",
  glyph: "--glyph",
  halo: "--halo",
  accent: "--accent",
  ok: "--ok",
  okLine: "--ok-line",
  degraded: "--degraded",
  degradedText: "--degraded-text",
  failure: "--failure",
  failureText: "--failure-text",
  idle: "--idle",
  tcp: "--series-1",
} as const;

export type Colours = Record<keyof typeof TOKENS, string>;

export function readColours(): Colours {
  const probe = document.createElement("span");
  document.body.append(probe);
  const entries = Object.entries(TOKENS).map(([name, token]) => {
    probe.style.color = `var(${token})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries) as Colours;
}
