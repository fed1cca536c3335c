import { readFileSync } from "node:fs";

export interface CodeBlock {
  /** The file that the paragraph above it names in bold code. */
  readonly file: string | undefined;
  readonly language: string;
  readonly code: string;
  /** Code that belongs to the block but is not shown. */
  readonly hidden: string | undefined;
  /** Number of its first line. */
  readonly line: number;
}

/**
 * The fenced blocks of a Markdown file. An HTML comment `<!-- ts … -->` directly above a block holds its hidden code.
 */
export function codeBlocks(path: string): readonly CodeBlock[] {
  const text = readFileSync(path, "utf8");
  const pattern =
    /(?:^\*\*`(?<file>[^`]+)`\*\*\n\n|^<!-- ts\n(?<hidden>[\s\S]*?)\n-->\n\n?)?^```(?<language>\w+)\n(?<code>[\s\S]*?)^```$/gm;
  return [...text.matchAll(pattern)].map(({ groups, index }) => ({
    file: groups!.file,
    language: groups!.language!,
    code: groups!.code!,
    hidden: groups!.hidden,
    line: text.slice(0, index).split("\n").length,
  }));
}

/** A link to another file and one of its headings, or to a heading of the same page. */
export interface Link {
  readonly path: string;
  readonly heading: string;
}

/**
 * A Markdown file's links into the repository, to files and to headings, outside code. Paths are relative to the file;
 * those of links by the repository's address begin with a slash.
 */
export function relativeLinks(path: string, repository: string): readonly Link[] {
  const text = withoutCode(readFileSync(path, "utf8"))
    .replaceAll(`](${repository}/blob/main/`, "](/")
    .replaceAll(`](${repository}/tree/main/`, "](/");
  const links = text.matchAll(/\]\((?!https?:|mailto:)(?<path>[^)#]*)(?:#(?<heading>[^)]*))?\)/g);
  return [...links].map(({ groups }) => ({ path: groups!.path!, heading: groups!.heading ?? "" }));
}

/** The anchors of a Markdown file's headings, as GitHub makes them. */
export function headings(path: string): ReadonlySet<string> {
  const titles = withoutCode(readFileSync(path, "utf8")).matchAll(/^#{1,6} +(?<title>.+)$/gm);
  const anchors = new Set<string>();
  for (const { groups } of titles) {
    const anchor = groups!
      .title!.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}

function withoutCode(text: string): string {
  return text.replace(/^(?<fence> *```)[\s\S]*?^ *```$/gm, "");
}
