// Collects the licence texts of everything that ends up in static/dist/.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

// Shipped as files, so no bundle input names them.
const ASSETS = ["elkjs", "lucide-static", "@fontsource-variable/inter", "@fontsource/jetbrains-mono"];

function packageOf(path) {
  const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  return match ? match[1] : null;
}

async function licenceText(folder) {
  const name = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  return name ? (await readFile(join(folder, name), "utf8")).trim() : "(the package names its licence only)";
}

export async function writeLicences(modules, out, inputs) {
  const names = new Set([...ASSETS, ...inputs.map(packageOf).filter(Boolean)]);
  const parts = [];
  for (const name of [...names].sort()) {
    const meta = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
    const text = await licenceText(join(modules, name));
    parts.push(`${name} ${meta.version}\nLicence: ${meta.license}\n\n${text}\n`);
  }
  await writeFile(join(out, "licenses.txt"), parts.join(`\n${"-".repeat(78)}\n\n`));
}
