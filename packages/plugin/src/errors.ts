/** The reason why a plugin could not be served. */
export type ServeErrorCode =
  /** The host's certificate for AutoMTLS cannot be read. */
  "ERR_SERVE_TLS";

/**
 * A plugin could not be served. `code` says why; `message` also says what to do.
 *
 * @example
 * ```ts
 * serve(plugins, implementations).catch((error) => {
 *   if (error instanceof ServeError) console.error(error.code);
 *   throw error;
 * });
 * ```
 */
export class ServeError extends Error {
  static override get name(): string {
    return "ServeError";
  }
  override readonly name = "ServeError";
  constructor(
    readonly code: ServeErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Returns true for a {@link ServeError}, even of another copy of this package: a program may load it as ESM and as CommonJS.
 *
 * @example
 * ```ts
 * try {
 *   await serve(greeterPlugins, { greeter: { greet: ({ name }) => ({ message: `Hello ${name}` }) } });
 * } catch (error) {
 *   if (isServeError(error)) console.error(error.code);
 *   throw error;
 * }
 * ```
 */
export function isServeError(error: unknown): error is ServeError {
  return (
    error instanceof Error && error.name === "ServeError" && /^ERR_SERVE_/.test(String((error as ServeError).code))
  );
}
