import type { StatusError } from "../status/status.js";

const unsent = new WeakSet<object>();

export function markUnsent(error: StatusError): void {
  unsent.add(error);
}

/**
 * Returns true for the error of a call that no server has seen any of, since there was no connection: it can be made
 * again without being run twice. Go: what grpc-go repeats by itself, gRFC A6.
 *
 * @example
 * ```ts
 * try {
 *   await client.put(entry);
 * } catch (error) {
 *   if (!isUnsent(error)) throw error;
 *   await otherClient.put(entry);
 * }
 * ```
 */
export function isUnsent(error: unknown): boolean {
  return typeof error === "object" && error !== null && unsent.has(error);
}
