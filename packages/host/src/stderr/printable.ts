import { escapeControls } from "@go-plugin/proto/internal";

const lineCharacters = 500;

export function shorten(text: string): string {
  return text.length > lineCharacters ? `${text.slice(0, lineCharacters)}…` : text;
}

/**
 * The last lines of a process's output, printable. A panic is shown from its first line, which has the reason; the
 * stack trace after it does not.
 */
export function lastLines(tail: string, count: number): string[] {
  const text = tail.trimEnd();
  if (text === "") return [];
  const lines = text.split(/\r?\n/);
  const panic = lines.findIndex(isPanic);
  const last = Math.max(lines.length - count, 0);
  const first = panic === -1 ? last : Math.min(panic, last);
  return lines.slice(first, first + count).map((line) => shorten(escapeControls(line)));
}

/** Recognises the first line that Go prints about a panic. */
export function isPanic(line: string): boolean {
  return line.startsWith("panic: ") || line.startsWith("fatal error: ");
}
