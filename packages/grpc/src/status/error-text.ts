/**
 * The message of an error, or of any other thrown value. Never throws.
 *
 * @example
 * ```ts
 * import { errorText } from "@go-plugin/grpc/status";
 *
 * errorText(new Error("no such key")); // "no such key"
 * errorText("no such key"); // "no such key"
 * ```
 */
export function errorText(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "a value that cannot be shown";
  }
}

const longestChain = 5;

/** The message of an error followed by those of its causes, as Go's wrapped errors read. Never throws. */
export function errorChainText(error: unknown): string {
  const texts: string[] = [];
  let at = error;
  for (let depth = 0; depth < longestChain; depth++) {
    const text = errorText(at);
    // Many errors repeat their cause.
    if (text !== "" && !texts.some((earlier) => earlier.includes(text))) texts.push(text);
    const reasons = reasonsOf(at);
    if (reasons.length > 1) {
      texts.push(reasons.map(errorText).join("; "));
      break;
    }
    if (reasons.length === 0) break;
    at = reasons[0];
  }
  return texts.join(": ");
}

function reasonsOf(error: unknown): readonly unknown[] {
  try {
    if (error instanceof AggregateError && error.errors.length > 0) return error.errors.slice(0, 10);
    return error instanceof Error && error.cause !== undefined ? [error.cause] : [];
  } catch {
    return [];
  }
}
