// Bundles styles, scripts, fonts and the icon sprite into web/static/dist under hashed names, and
// writes manifest.json (plain name → hashed name), which the pages read.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "static", "dist");
const ICONS = JSON.parse(readFileSync(join(here, "src", "icons.json"), "utf8"));

function sprite() {
  const symbols = ICONS.map((name) => {
    const file = join(here, "node_modules", "bootstrap-icons", "icons", `${name}.svg`);
    const inner = readFileSync(file, "utf8").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${name}" viewBox="0 0 16 16">${inner.trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

mkdirSync(dist, { recursive: true });

const result = await build({
  entryPoints: { app: join(here, "src", "app.js"), uploads: join(here, "src", "uploads.js"), styles: join(here, "src", "styles.css") },
  outdir: dist,
  bundle: true,
  minify: true,
  target: ["chrome90", "firefox90", "safari15"],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "dataurl" },
  legalComments: "linked",
  metafile: true,
});

const manifest = {};
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  if (output.entryPoint) manifest[basename(output.entryPoint)] = basename(path);
}
const icons = sprite();
const hash = createHash("sha256").update(icons).digest("hex").slice(0, 8).toUpperCase();
manifest["icons.svg"] = `icons-${hash}.svg`;
writeFileSync(join(dist, manifest["icons.svg"]), icons);
// Printed documents are set in Tinos, which has the widths of Times New Roman (no page loads it).
const tinos = join(here, "node_modules", "@expo-google-fonts", "tinos");
mkdirSync(join(dist, "fonts"), { recursive: true });
for (const style of ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"]) {
  copyFileSync(join(tinos, style, `Tinos_${style}.ttf`), join(dist, "fonts", `Tinos_${style}.ttf`));
}
// A server may be running: its pages know the old names until the new manifest stands whole.
writeFileSync(join(dist, "manifest.new"), JSON.stringify(manifest, null, 1));
renameSync(join(dist, "manifest.new"), join(dist, "manifest.json"));
const made = new Set(Object.keys(result.metafile.outputs).map((path) => basename(path)));
for (const name of readdirSync(dist)) {
  const kept = made.has(name) || name === "manifest.json" || name === "fonts" || name === manifest["icons.svg"];
  if (!kept && !name.startsWith(".") && !name.endsWith(".LEGAL.txt")) rmSync(join(dist, name));
}
console.log(Object.values(manifest).join("\n"));
