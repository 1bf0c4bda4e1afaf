// Bundles what the pages need from other projects into static/build/, with the notices of their licences beside it.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
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
// For the type checker (tsconfig.json): a bundle has the types of what it was made from.
for (const name of ["terminal", "editor"]) await writeFile(`${OUT}/${name}.d.ts`, `export * from "../../browser/${name}.js";\n`);
await copyFile("node_modules/@xterm/xterm/css/xterm.css", `${OUT}/xterm.css`);
