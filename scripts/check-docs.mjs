// What the pages show has to be true: TypeScript compiles, files are those of the repository, links lead somewhere.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { codeBlocks, relativeLinks } from "./code-blocks.mjs";
import { bin, root, run } from "./setup.mjs";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "packages/netrpc/README.md",
  ...markdownIn("docs"),
  ...markdownIn("examples"),
];
const out = `${root}.build/docs`;
const problems = [];

function markdownIn(directory) {
  return readdirSync(root + directory, { recursive: true })
    .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
    .map((name) => `${directory}/${name}`);
}

/** Each page is a project of its own, in which the greeter example's files can be imported. */
function writePage(page, blocks) {
  const directory = join(out, page.replaceAll("/", "-"));
  cpSync(`${root}examples/greeter/src`, `${directory}/src`, { recursive: true });
  for (const { file, code, hidden, line } of blocks.filter(({ language }) => language === "ts")) {
    const path = join(directory, file ?? `src/line-${line}.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${hidden ? `${hidden}\n` : ""}${code}\nexport {};\n`);
  }
}

/** Where the files that a page shows are in the repository, as far as they are. */
const sources = {
  "README.md": (file) => (file === "tsconfig.json" ? undefined : `examples/greeter/${file}`),
  "docs/netrpc.md": (file) =>
    /^(inventory\.go|src\/gen\/)/.test(file)
      ? `tools/gob-schema/testdata/inventory/${file.replace("src/", "")}`
      : undefined,
};

function checkFiles(page, blocks) {
  for (const { file, code } of blocks) {
    const source = file && sources[page]?.(file);
    if (!source || readFileSync(root + source, "utf8") === code) continue;
    problems.push(`${page}: ${file} is not what ${source} is`);
  }
}

rmSync(out, { recursive: true, force: true });
for (const page of pages) {
  const blocks = codeBlocks(root + page);
  writePage(page, blocks);
  checkFiles(page, blocks);
  for (const link of relativeLinks(root + page)) {
    if (!existsSync(join(root, dirname(page), link))) problems.push(`${page}: ${link} does not exist`);
  }
}
if (problems.length > 0) {
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exit(1);
}
const extended = relative(out, `${root}tsconfig.json`);
writeFileSync(
  `${out}/tsconfig.json`,
  JSON.stringify({ extends: extended, compilerOptions: { noUnusedLocals: false }, include: ["."], exclude: [] }),
);
run("types of the pages' code", process.execPath, [bin("typescript/bin/tsc"), "--noEmit", "-p", out]);
