// Reads the rules of docs/protocol. The pages are the source; `npm run generate` writes rules.json from them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

type Level = "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "MAY";

/** A rule of docs/protocol. */
export interface ProtocolRule {
  readonly id: string;
  readonly page: string;
  readonly who: "plugin" | "host" | "both";
  readonly level: Level;
  readonly text: string;
  readonly why: string;
  /** The commands that can check the rule from outside. */
  readonly seenBy: readonly Command[];
  /** The reason why no command can check it. */
  readonly invisible?: string;
  readonly proof: readonly Proof[];
}

type Command = "check" | "check-host";

interface Proof {
  readonly file: string;
  readonly title?: string;
}

const heading = /^### ([A-Z]+-\d+)$/gm;
const statement = /^\*\*(Plugin|Host|Both) (MUST NOT|MUST|SHOULD NOT|SHOULD|MAY)\*\* (.+)$/m;
const bullet = (name: string, text: string) => text.match(new RegExp(`^- ${name}: (.+)$`, "m"))?.[1];
const link = /\[[^\]]+\]\(([^)]+)\)(?: "([^"]+)")?/g;

/** The rules of the pages in `directory`, in the order of README.md's list. Throws an error that names every defect. */
export function readRules(directory: string): ProtocolRule[] {
  const problems: string[] = [];
  const rules = pagesOf(directory).flatMap((page) => rulesOf(directory, page, problems));
  const ids = new Set(rules.map(({ id }) => id));
  for (const [index, { id }] of rules.entries()) {
    if (rules.findIndex((rule) => rule.id === id) !== index) problems.push(`${id} is there twice`);
  }
  for (const page of readdirSync(directory).filter((name) => name.endsWith(".md"))) {
    checkReferences(directory, page, ids, problems);
  }
  if (problems.length > 0) throw new Error(`docs/protocol:\n  ${problems.join("\n  ")}`);
  return rules;
}

function pagesOf(directory: string): string[] {
  const readme = readFileSync(join(directory, "README.md"), "utf8");
  const listed = [...readme.matchAll(/^\| \[[^\]]+\]\(([a-z-]+\.md)\) \|/gm)].map(([, page]) => page!);
  return [...new Set([...listed, ...readdirSync(directory).filter((name) => /^[a-z-]+\.md$/.test(name))])];
}

function rulesOf(directory: string, page: string, problems: string[]): ProtocolRule[] {
  const path = join(directory, page);
  if (!existsSync(path)) {
    problems.push(`README.md lists ${page}, which does not exist`);
    return [];
  }
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(heading)].map((match) => {
    const id = match[1]!;
    const body = text.slice(match.index + id.length + 5).split(/^#/m)[0]!;
    const [, who, level, said] = body.match(statement) ?? [];
    if (!said) problems.push(`${id}: expected **Plugin|Host|Both MUST|SHOULD|MAY …** and what it is to do`);
    for (const part of ["Why", "Outside", "Proof"]) if (!bullet(part, body)) problems.push(`${id} has no "- ${part}:"`);
    return {
      id,
      page,
      who: who?.toLowerCase() as ProtocolRule["who"],
      level: level as Level,
      text: plain(said ?? ""),
      why: plain(bullet("Why", body) ?? ""),
      ...visibility(id, bullet("Outside", body) ?? "no, ", problems),
      proof: proofs(id, directory, bullet("Proof", body) ?? "", problems),
    };
  });
}

/** The commands that can check the rule, or the reason why none can. */
function visibility(id: string, outside: string, problems: string[]): Pick<ProtocolRule, "seenBy" | "invisible"> {
  const [, reason] = outside.match(/^no, (.*)$/) ?? [];
  if (reason !== undefined) return { seenBy: [], invisible: plain(reason) };
  const seenBy = outside.split(", ");
  if (!seenBy.every((command) => command === "check" || command === "check-host"))
    problems.push(`${id}: "Outside" is check, check-host, or "no, " with the reason; found ${JSON.stringify(outside)}`);
  return { seenBy: seenBy as Command[] };
}

function proofs(id: string, directory: string, text: string, problems: string[]): Proof[] {
  const links = [...text.matchAll(link)];
  if (links.length === 0) problems.push(`${id}: "Proof" has no link`);
  return links.map(([, target = "", title]) => {
    const path = join(directory, target);
    if (!existsSync(path)) problems.push(`${id}: ${target} does not exist`);
    else if (title && !readFileSync(path, "utf8").includes(title)) problems.push(`${id}: ${target} has no "${title}"`);
    return { file: target.replace(/^(\.\.\/)+/, ""), ...(title && { title }) };
  });
}

/** Checks that every `[HS-1](handshake.md#hs-1)` links to a rule on its page. */
function checkReferences(directory: string, page: string, ids: ReadonlySet<string>, problems: string[]): void {
  const text = readFileSync(join(directory, page), "utf8");
  for (const [, target = "", anchor = ""] of text.matchAll(/\]\(([a-z-]*(?:\.md)?)#([a-z0-9-]+)\)/g)) {
    const path = target === "" ? page : target;
    const there = join(dirname(join(directory, page)), path);
    const anchors = existsSync(there) ? anchorsOf(readFileSync(there, "utf8")) : [];
    if (!anchors.includes(anchor)) problems.push(`${page}: ${path}#${anchor} leads nowhere`);
  }
  for (const [, id = ""] of text.matchAll(/\[([A-Z]+-\d+)\]\(/g)) {
    if (!ids.has(id)) problems.push(`${page}: there is no rule ${id}`);
  }
}

const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

/** Markdown without its links and emphasis. */
const plain = (text: string) => text.replace(/\[([^\]]+)\]\([^)]+\)/g, "$1").replace(/[`*]/g, "");
