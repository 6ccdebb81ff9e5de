// Bundles the front end into static/dist/: npm run build [-- --watch]
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { writeLicences } from "./licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, "static", "dist");
const modules = join(root, "node_modules");
const KIB = 1024;

// Lucide icons the pages use; each becomes a <symbol> of icons.svg.
const ICONS = [
  "activity",
  "arrow-right",
  "arrow-up-right",
  "book-open",
  "box",
  "boxes",
  "check",
  "chevron-down",
  "circle-help",
  "columns-3",
  "copy",
  "download",
  "expand",
  "filter",
  "globe",
  "keyboard",
  "layers",
  "layout-dashboard",
  "list",
  "lock",
  "lock-open",
  "maximize",
  "minus",
  "monitor",
  "moon",
  "pause",
  "play",
  "plus",
  "refresh-cw",
  "scan",
  "search",
  "share-2",
  "sun",
  "table-2",
  "tag",
  "triangle-alert",
  "wand-sparkles",
  "x",
];

const FONTS = {
  "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
  "jetbrains-mono-latin.woff2": "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2",
};

const options = {
  entryPoints: {
    frame: join(here, "src/frame/main.ts"),
    graph: join(here, "src/graph/main.ts"),
    theme: join(here, "src/frame/theme.ts"),
    "frame-style": join(here, "src/styles/frame.css"),
    "graph-style": join(here, "src/graph/graph.css"),
  },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["chrome125", "firefox128", "safari18"],
  chunkNames: "chunk-[hash]",
  minify: true,
  sourcemap: false,
  legalComments: "none",
  metafile: true,
  external: ["*.woff2"],
  logLevel: "warning",
};

async function sprite() {
  const symbols = [];
  for (const name of ICONS) {
    const svg = await readFile(join(modules, "lucide-static/icons", `${name}.svg`), "utf8");
    const body = svg
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace(/<\/svg>\s*$/, "")
      .replace(/\s+/g, " ")
      .trim();
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`);
  }
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function assets() {
  await mkdir(join(out, "fonts"), { recursive: true });
  for (const [name, from] of Object.entries(FONTS)) await cp(join(modules, from), join(out, "fonts", name));
  await cp(join(modules, "elkjs/lib/elk-worker.min.js"), join(out, "layout-worker.js"));
  await sprite();
}

/** Writes a .gz beside everything that compresses, for the server to send as it is. */
async function compress() {
  for (const name of await readdir(out)) {
    if (!/\.(js|css|svg|txt)$/.test(name)) continue;
    const bytes = await readFile(join(out, name));
    await writeFile(join(out, `${name}.gz`), gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
  }
}

/** Everything an entry loads, by the imports that esbuild recorded. */
function closure(outputs, entry, seen = new Set()) {
  const key = Object.keys(outputs).find((path) => path.endsWith(`/${entry}`));
  if (!key || seen.has(key)) return seen;
  seen.add(key);
  for (const part of outputs[key].imports) {
    if (part.kind === "import-statement") closure(outputs, part.path.split("/").pop(), seen);
  }
  return seen;
}

async function gzipped(paths) {
  let total = 0;
  for (const path of paths) total += gzipSync(await readFile(join(root, path)), { level: 9 }).length;
  return total;
}

async function budgets(outputs) {
  const frame = ["theme.js", "frame.js", "frame-style.css"];
  const rows = [
    ["first screen", frame, 60 * KIB],
    ["graph page", [...frame, "graph.js", "graph-style.css"], 250 * KIB],
  ];
  for (const [name, entries, limit] of rows) {
    const paths = new Set(entries.flatMap((entry) => [...closure(outputs, entry)]));
    const size = await gzipped(paths);
    console.log(`${name}: ${(size / KIB).toFixed(1)} KiB gzip of ${limit / KIB}`);
    if (size > limit) process.exitCode = 1;
  }
}

process.chdir(root);
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await assets();
if (process.argv.includes("--watch")) {
  const context = await esbuild.context({ ...options, minify: false, sourcemap: "linked" });
  await context.watch();
} else {
  const result = await esbuild.build(options);
  await writeLicences(modules, out, Object.keys(result.metafile.inputs));
  await compress();
  await budgets(result.metafile.outputs);
}
