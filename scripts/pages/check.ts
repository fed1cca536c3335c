// Checks the pages: TypeScript compiles, shown files equal those of the repository, links resolve.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { repository } from "../packed/manifest.js";
import { run } from "../processes.js";
import { root } from "../requirements.mjs";
import { type CodeBlock, codeBlocks, headings, relativeLinks } from "./markdown.js";

// Files in the repository, and new ones. Tests copy pages into folders that begin with a dot.
const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter(
    (page) => /^(?!\.changeset\/|.*\/\.[a-z]|.*CHANGELOG\.md$|.*\.api\.md$)./.test(page) && existsSync(root + page),
  );
const out = `${root}.build/docs`;

/** Each page is a project of its own, in which the greeter example's files can be imported. */
function writePage(page: string, blocks: readonly CodeBlock[]): void {
  const directory = join(out, page.replaceAll("/", "-"));
  cpSync(`${root}examples/greeter/src`, `${directory}/src`, { recursive: true });
  for (const { file, code, hidden, line } of blocks.filter(({ language }) => language === "ts")) {
    const path = join(directory, file ?? `src/line-${line}.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${hidden ? `${hidden}\n` : ""}${code}\nexport {};\n`);
  }
}

/** The repository's folders for the files that a page shows. */
const sources: Readonly<Record<string, (file: string) => string | undefined>> = {
  "README.md": (file) => `examples/greeter/${file}`,
  "docs/getting-started.md": (file) => (file === "tsconfig.json" ? undefined : `examples/greeter/${file}`),
  "docs/protocol/grpc.md": (file) => `examples/languages/${file}`,
  "docs/netrpc.md": (file) =>
    /^(inventory\.go|src\/gen\/)/.test(file)
      ? `tools/gob-schema/testdata/inventory/${file.replace("src/", "")}`
      : undefined,
};

function wrongFiles(page: string, blocks: readonly CodeBlock[]): readonly string[] {
  return blocks.flatMap(({ file, code }) => {
    const source = file && sources[page]?.(file);
    if (!source || readFileSync(root + source, "utf8") === code) return [];
    return [`${page}: ${file} is not what ${source} is`];
  });
}

function wrongLinks(page: string): readonly string[] {
  return relativeLinks(root + page, repository).flatMap(({ path, heading }) => {
    const target = path.startsWith("/") ? path.slice(1) : normalize(join(dirname(page), decodeURI(path)));
    const file = path === "" ? page : target;
    if (!existsSync(root + file)) return [`${page}: ${path} does not exist`];
    if (heading === "" || !file.endsWith(".md") || headings(root + file).has(heading)) return [];
    return [`${page}: ${file} has no heading #${heading}`];
  });
}

rmSync(out, { recursive: true, force: true });
const problems: string[] = [];
for (const page of pages) {
  const blocks = codeBlocks(root + page);
  writePage(page, blocks);
  problems.push(...wrongFiles(page, blocks), ...wrongLinks(page));
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
run("types of the pages' code", process.execPath, [`${root}node_modules/typescript/bin/tsc`, "--noEmit", "-p", out]);
