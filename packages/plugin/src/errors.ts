/** Why a plugin could not be served. */
export type ServeErrorCode =
  /** The host's certificate for AutoMTLS cannot be read. */
  "ERR_SERVE_TLS";

/** A plugin could not be served; `code` says why, `message` what to do. */
export class ServeError extends Error {
  override readonly name = "ServeError";
  constructor(
    readonly code: ServeErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
