// Every name that users can import has an `@example` or stands in one: in the code of another's, of a page or a README, or
// in examples/. The names are those of the API reports. A type counts too where the signature of another name shows it,
// as the options of a function: what explains that one explains it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { root } from "../requirements.mjs";
import { entryPoints } from "./entry-points.js";

interface Declaration {
  readonly name: string;
  readonly text: string;
  readonly isExported: boolean;
  readonly isType: boolean;
}

/** The names that an API report declares. Another package's names are in the report of that package. */
function declarationsOf(report: string): readonly Declaration[] {
  const pattern =
    /^(?<exported>export )?(?:abstract )?(?<kind>class|const|function|interface|namespace|type) (?<name>[\w$]+)/;
  return report.split(/^(?=\/\/ @|export |import )/m).flatMap((part) => {
    const text = part.replace(/^\/\/.*\n/gm, "");
    const { exported, kind, name } = pattern.exec(text)?.groups ?? {};
    if (!name) return [];
    return { name, text, isExported: exported !== undefined, isType: kind === "interface" || kind === "type" };
  });
}

/** All code that shows users how to write something, including inline code on the pages. */
function exampleCode(): string {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  }).split("\n");
  const partsOf = (paths: RegExp, code: RegExp): readonly string[] =>
    files.filter((file) => paths.test(file)).flatMap((file) => readFileSync(root + file, "utf8").match(code) ?? []);
  return [
    ...partsOf(
      /^(README|docs\/(?!decisions\/|protocol\/).*|packages\/[^/]+\/README|examples\/.*)\.md$/,
      /^ *```[\s\S]*?^ *```$|`[^`\n]+`/gm,
    ),
    ...partsOf(/^examples\/(?!.*\/gen\/).*\.[cm]?[jt]s$/, /[\s\S]+/g),
    // The name that the example belongs to, and its code.
    ...partsOf(
      /^packages\/[^/]+\/src\/(?!.*\.test\.ts$).*\.ts$/,
      /@example[\s\S]*?\*\/(?:\nexport (?:async |abstract )?\w+ [\w$]+)?/g,
    ),
  ].join("\n");
}

const reports = entryPoints.map(({ specifier, folder, name }) => ({
  specifier,
  declarations: declarationsOf(readFileSync(`${root}packages/${folder}/api/${name}.api.md`, "utf8")),
}));
const wordsOf = (text: string): ReadonlySet<string> => new Set(text.match(/[\w$]+/g));
const shown = wordsOf(exampleCode());
const signatures = reports.flatMap(({ declarations }) =>
  declarations.map(({ name, text }) => ({ name, words: wordsOf(text) })),
);
const isInSignature = (type: string) => signatures.some(({ name, words }) => name !== type && words.has(type));

const missing = reports.flatMap(({ specifier, declarations }) =>
  declarations
    .filter(({ name, isExported, isType }) => isExported && !shown.has(name) && !(isType && isInSignature(name)))
    .map(({ name }) => `${specifier}: ${name}`),
);
if (missing.length > 0) {
  console.error(`no example shows these; give each an @example, or show it on a page:\n  ${missing.join("\n  ")}`);
  process.exitCode = 1;
} else {
  console.log("every export has an example");
}
