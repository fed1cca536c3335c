const unsent = new WeakSet<object>();

export function markUnsent<E extends Error>(error: E): E {
  unsent.add(error);
  return error;
}

/**
 * Returns true for the error of a call that was not sent, since its connection had ended: it can be made on another one
 * without being run twice. Go: rpc.ErrShutdown of a call that was made later.
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
