// Bundles test/*.test.ts (any Node ≥ 20 runs the result) and hands them to Node's test runner: npm test
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = join(dirname(fileURLToPath(import.meta.url)), "test");
const out = await mkdtemp(join(tmpdir(), "meshview-front-end-"));
const names = (await readdir(here)).filter((name) => name.endsWith(".test.ts"));
await esbuild.build({
  entryPoints: names.map((name) => join(here, name)),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: "inline",
});
const run = spawnSync(process.execPath, ["--test", ...names.map((name) => join(out, name.replace(/\.ts$/, ".mjs")))], {
  stdio: "inherit",
});
await rm(out, { recursive: true, force: true });
process.exit(run.status ?? 1);
