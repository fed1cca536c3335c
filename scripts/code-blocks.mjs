import { readFileSync } from "node:fs";

/**
 * The fenced blocks of a Markdown file. A block's file is named in bold code in the paragraph above it; what an HTML
 * comment `<!-- ts … -->` right above it holds belongs to it without being shown.
 */
export function codeBlocks(path) {
  const text = readFileSync(path, "utf8");
  const pattern =
    /(?:^\*\*`(?<file>[^`]+)`\*\*\n\n|^<!-- ts\n(?<hidden>[\s\S]*?)\n-->\n\n?)?^```(?<language>\w+)\n(?<code>[\s\S]*?)^```$/gm;
  return [...text.matchAll(pattern)].map(({ groups, index }) => ({
    file: groups.file,
    language: groups.language,
    code: groups.code,
    hidden: groups.hidden,
    line: text.slice(0, index).split("\n").length,
  }));
}

/** The targets of a Markdown file's relative links. */
export function relativeLinks(path) {
  const links = readFileSync(path, "utf8").matchAll(/\]\((?!https?:)(?<path>[^)#]*)(?:#[^)]*)?\)/g);
  return [...links].map(({ groups }) => groups.path).filter((path) => path !== "");
}
