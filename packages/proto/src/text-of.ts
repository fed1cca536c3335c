/** Any value as text. Never throws. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "a value that cannot be shown";
  }
}

/** The message of an error, or the text of any other thrown value. Never throws. */
export function reasonOf(cause: unknown): string {
  return textOf(cause instanceof Error ? cause.message : cause);
}

/**
 * Any value with everything that a developer needs: stack, causes, the errors of an AggregateError, fields. Never
 * throws. Before Node.js 20.16 an error shows only its stack.
 */
export function inspectSafely(value: unknown): string {
  try {
    // Not imported: on Node.js 22 an import of node:util loads node:worker_threads at every start.
    const util = process.getBuiltinModule?.("node:util") as typeof import("node:util") | undefined;
    if (!util) return value instanceof Error ? (value.stack ?? textOf(value)) : textOf(value);
    return util.inspect(value, { depth: 5, breakLength: 120, maxStringLength: 16 << 10 });
  } catch {
    return textOf(value);
  }
}

/** Escapes control characters, including those that reorder text: a peer's text must not control a terminal. */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (control) => {
    const code = control.charCodeAt(0);
    if (control === "\t" || control === "\n") return control;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}

/** Escapes every invisible character, such as a byte order mark: for quoted text that must be exact. */
export function showInvisible(text: string): string {
  return escapeControls(text).replace(
    /[\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
