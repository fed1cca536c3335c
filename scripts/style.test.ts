import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "./requirements.mjs";

/** Every line of the repository's own files whose names match, as `path:line: text`. */
function linesOf(...patterns: string[]): string[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", ...patterns], {
    cwd: root,
    encoding: "utf8",
  });
  const paths = listed
    .split("\n")
    .filter((path) => path !== "" && existsSync(`${root}${path}`) && !/(^|\/)gen\/|\.pb\.go$/.test(path));
  return paths.flatMap((path) =>
    readFileSync(`${root}${path}`, "utf8")
      .split("\n")
      .map((text, index) => `${path}:${index + 1}: ${text.trim()}`),
  );
}

const matching = (lines: readonly string[], pattern: RegExp) => lines.filter((line) => pattern.test(line));

const all = linesOf("*.ts", "*.mjs", "*.go", "*.java", "*.rs", "*.proto", "*.py", "*.sh", "*.yml");
const packages = linesOf("packages/*.ts");

test("a comment begins with its subject or verb", () => {
  expect(matching(all, /^\S+ (\/\/|\/\*\*|\*|#) ?(What|Where|Whether|How|Who|Told)\b/)).toEqual([]);
});

test("@throws names the error: @throws {PluginError} when …", () => {
  expect(matching(packages, /(\/\*\*|\*).*@throws (?!\{)/)).toEqual([]);
});

test("the Go name stands behind the sentence: Go: Client.Start.", () => {
  expect(matching(packages, /(\/\*\*|\*).*\(Go: /)).toEqual([]);
});

test("private members are #private; only constructors are `private`", () => {
  expect(
    matching(packages, /^\S+ (?!\/|\*).*\bprivate (readonly|static|async)\b|^\S+ private (?!constructor)\w/),
  ).toEqual([]);
});

test("constants are camelCase", () => {
  expect(matching(packages, /^\S+ (export )?const [A-Z]+_[A-Z_0-9]+\b/)).toEqual([]);
});

test("error codes begin with ERR_", () => {
  expect(
    matching(packages, /\bcode\b[^"]{0,20}"(?!ERR_|EPIPE)(YAMUX|GOB|RPC|PLUGIN|BROKER|SOCKET|HANDSHAKE|SERVE|BUILD)_/),
  ).toEqual([]);
});

test("workflows pin actions by commit, with the version behind it", () => {
  const uses = matching(linesOf(".github/*.yml"), /^\S+ (- )?uses: (?!\.\/)/);
  expect(uses.length).toBeGreaterThan(0);
  expect(uses.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});
