import { closeSync, openSync, readSync, type Stats } from "node:fs";
import { type ExecutableFormat, executableHeaderBytes, readExecutableFormat } from "./executable-format.js";
import { statsOf } from "./stats-of.js";

/** Describes a file that did not run as a plugin: mode, owner and architecture. Go: additionalNotesAboutCommand. */
export function describeFile(path: string): string[] {
  const stats = statsOf(path);
  if (!stats) return [];
  const lines = [`path: ${path}`, `mode: ${formatMode(stats)}`];
  if (process.getuid && process.getgid) {
    lines.push(`owner: ${stats.uid} (this process: ${process.getuid()})`);
    lines.push(`group: ${stats.gid} (this process: ${process.getgid()})`);
  }
  const format = formatOf(path);
  if (format.kind === "unknown") {
    lines.push('format: neither a script that begins with "#!" nor an executable that is known here');
  } else if (format.kind === "script") lines.push(`script for: ${format.interpreter}`);
  else {
    lines.push(`${format.kind} architecture: ${format.architecture} (this process: ${process.arch})`);
  }
  return lines;
}

/** Reads the format of a file; "unknown" if it cannot be read. */
export function formatOf(path: string): ExecutableFormat {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const header = Buffer.alloc(executableHeaderBytes);
    return readExecutableFormat(header.subarray(0, readSync(file, header)));
  } catch {
    return { kind: "unknown" };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** In the format of `ls -l`, with the octal form. */
export function formatMode(stats: Pick<Stats, "mode" | "isDirectory">): string {
  const bits = stats.mode & 0o777;
  const letters = [...bits.toString(2).padStart(9, "0")].map((bit, index) => (bit === "1" ? "rwx"[index % 3] : "-"));
  return `${stats.isDirectory() ? "d" : "-"}${letters.join("")} (0${bits.toString(8).padStart(3, "0")})`;
}
