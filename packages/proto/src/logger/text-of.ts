/** What JSON cannot hold, as text. Never throws. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "a value that cannot be shown";
  }
}
