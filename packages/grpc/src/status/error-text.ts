/** What an error, or anything else that was thrown, says. Never throws. */
export function errorText(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "a value that cannot be shown";
  }
}
