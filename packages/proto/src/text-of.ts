/** Any value as text. Never throws. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "a value that cannot be shown";
  }
}

/** What an error says, or anything else that code of a user has thrown. Never throws. */
export function reasonOf(cause: unknown): string {
  return textOf(cause instanceof Error ? cause.message : cause);
}
