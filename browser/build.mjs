// Bundles what the pages need from other projects into static/build/, with the notices of their licences beside it.
import { copyFile, mkdir } from "node:fs/promises";
import { build } from "esbuild";

const OUT = "static/build";

await mkdir(OUT, { recursive: true });
await build({
  entryPoints: { terminal: "browser/terminal.js", editor: "browser/editor.js" },
  outdir: OUT,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "linked",
});
await copyFile("node_modules/@xterm/xterm/css/xterm.css", `${OUT}/xterm.css`);
