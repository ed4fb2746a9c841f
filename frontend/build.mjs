// Bundles src/ into dist/: one style sheet, the behaviours, the chart island, pictures and the manifest of hashes.
// `node build.mjs --tests DIR` bundles test/*.test.ts into DIR instead, for `node --test`.
import { createHash } from "node:crypto";
import { readdir, readFile, mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const common = { bundle: true, absWorkingDir: here, legalComments: "none", logLevel: "warning" };

/** Pages carry no external address: XML namespaces inside data: pictures are names, everything else is refused. */
function externalAddresses(text) {
  const found = text.match(/https?:\/\/[^\s"'()<>\\]*/g) ?? [];
  return found.filter((address) => !address.startsWith("http://www.w3.org/"));
}

async function buildTests(outdir) {
  const tests = (await readdir(path.join(here, "test"))).filter((name) => name.endsWith(".test.ts"));
  await esbuild.build({
    ...common,
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: path.resolve(outdir),
    outExtension: { ".js": ".mjs" },
    platform: "node",
    format: "esm",
    target: "node18",
    sourcemap: "inline",
  });
}

/** Leaves files that have not changed alone, so that cargo does not rebuild what embeds them. */
async function writeIfChanged(file, bytes) {
  const before = await readFile(file).catch(() => undefined);
  if (before === undefined || !before.equals(bytes)) await writeFile(file, bytes);
}

async function bundle(entryPoints, options) {
  const result = await esbuild.build({ ...common, ...options, entryPoints, outdir: "dist", write: false, minify: true });
  return result.outputFiles.map((file) => [path.basename(file.path), Buffer.from(file.contents)]);
}

/** The licence texts of what is bundled, in one file beside it. */
async function thirdParty() {
  const packages = ["@tabler/core", "bootstrap", "echarts", "zrender", "tslib"];
  const texts = await Promise.all(
    packages.map(async (name) => {
      const folder = path.join(here, "node_modules", name);
      const { version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
      const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file)).sort();
      const parts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
      if (parts.length === 0) throw new Error(`${name} has no licence file`);
      return `==== ${name} ${version}\n\n${parts.join("\n")}`;
    }),
  );
  return Buffer.from(texts.join("\n\n"));
}

async function buildSite() {
  const pictures = (await readdir(path.join(here, "src/img"))).filter((name) => name.endsWith(".svg"));
  const files = new Map([
    ...(await bundle(
      { app: "src/app.ts", chart: "src/chart.ts", project: "src/project.ts", cooperation: "src/cooperation.ts", grid: "src/grid.ts", board: "src/board.ts" },
      { format: "iife", target: "chrome80" },
    )),
    ...(await bundle({ app: "src/styles/app.css" }, { target: "chrome80" })),
    ...(await Promise.all(pictures.map(async (name) => [name, await readFile(path.join(here, "src/img", name))]))),
    ["third-party.txt", await thirdParty()],
  ]);

  const manifest = {};
  for (const [name, bytes] of [...files].sort()) {
    const external = externalAddresses(bytes.toString("utf8"));
    if (name.endsWith(".css") && external.length > 0) {
      throw new Error(`${name} carries external addresses: ${external.join(", ")}`);
    }
    manifest[name] = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    console.log(`frontend/dist/${name}  ${(bytes.length / 1024).toFixed(1)} kB`);
  }
  files.set("manifest.json", Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));

  const dist = path.join(here, "dist");
  await mkdir(dist, { recursive: true });
  for (const name of await readdir(dist)) {
    if (!files.has(name)) await rm(path.join(dist, name), { recursive: true });
  }
  for (const [name, bytes] of files) await writeIfChanged(path.join(dist, name), bytes);
}

const at = process.argv.indexOf("--tests");
if (at >= 0) await buildTests(process.argv[at + 1]);
else await buildSite();
