const lineCharacters = 500;

/** The text is another process's: it must not move the cursor of the terminal that shows it. */
export function escapeControls(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

export function shorten(text: string): string {
  return text.length > lineCharacters ? `${text.slice(0, lineCharacters)}…` : text;
}

/** The last lines of what a process has printed, fit to be shown; none if it has printed nothing. */
export function lastLines(tail: string, count: number): string[] {
  const text = tail.trimEnd();
  if (text === "") return [];
  return text
    .split(/\r?\n/)
    .slice(-count)
    .map((line) => shorten(escapeControls(line)));
}
