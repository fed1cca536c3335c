type Builtin = (id: string) => unknown;

/**
 * Makes stack traces name the places in the sources, by the source map beside the built file; without that file they stay
 * as they are. Nothing is read before a stack trace is. The text of this function is written into the built file, so it
 * uses nothing from outside.
 *
 * @param file the built file.
 * @param indent how many characters stand before the bundle on its first line.
 */
export function mapStackTraces(builtin: Builtin, file: string, indent: number): void {
  interface Origin {
    readonly originalSource?: string;
    readonly originalLine: number;
    readonly originalColumn: number;
  }
  let map: { findEntry(line: number, column: number): Origin } | undefined | null;
  const load = () => {
    try {
      const { SourceMap } = builtin("node:module") as typeof import("node:module");
      const { readFileSync } = builtin("node:fs") as typeof import("node:fs");
      return new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8"))) as NonNullable<typeof map>;
    } catch {
      return null;
    }
  };
  const show = (frame: NodeJS.CallSite) => {
    const text = `    at ${frame}`;
    const [name, line, column] = [frame.getFileName(), frame.getLineNumber(), frame.getColumnNumber()];
    if (!map || !name || line === null || column === null || !file.endsWith(name)) return text;
    const { originalSource, originalLine, originalColumn } = map.findEntry(
      line - 1,
      column - 1 - (line === 1 ? indent : 0),
    );
    if (!originalSource) return text;
    return text.replace(
      `${name}:${line}:${column}`,
      () => `${originalSource}:${originalLine + 1}:${originalColumn + 1}`,
    );
  };
  Error.prepareStackTrace = (error, frames) => {
    map = map === undefined ? load() : map;
    let header = "Error";
    try {
      header = String(error);
    } catch {}
    // Without an escape, because this text becomes one line.
    return [header, ...frames.map(show)].join(String.fromCharCode(10));
  };
}
