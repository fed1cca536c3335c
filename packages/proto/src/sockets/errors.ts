/** A socket between host and plugin could not be made or reached. */
export class SocketError extends Error {
  static override get name(): string {
    return "SocketError";
  }
  override readonly name = "SocketError";
  constructor(
    readonly code: "ERR_SOCKET_LISTEN" | "ERR_SOCKET_CONNECT" | "ERR_SOCKET_GROUP",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Returns true for a {@link SocketError}, even of another copy of this package: a program may load it as ESM and as CommonJS.
 *
 * @example
 * ```ts
 * try {
 *   await serve(greeterPlugins, { greeter: { greet: ({ name }) => ({ message: `Hello ${name}` }) } });
 * } catch (error) {
 *   if (isSocketError(error)) console.error(error.code); // a SocketError, of any copy of the package
 *   throw error;
 * }
 * ```
 */
export function isSocketError(error: unknown): error is SocketError {
  return (
    error instanceof Error && error.name === "SocketError" && /^ERR_SOCKET_/.test(String((error as SocketError).code))
  );
}
