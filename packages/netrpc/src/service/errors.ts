/** Options of the errors of this package. */
export interface RpcErrorOptions extends ErrorOptions {
  /** The call, as `Service.Method`. */
  readonly method?: string | undefined;
}

/** The base class of the errors that a call rejects with. */
abstract class RpcError extends Error {
  abstract readonly code: string;
  /** The call, as `Service.Method`; undefined if the error is not of one call. */
  readonly method: string | undefined;

  constructor(message: string, { method, ...options }: RpcErrorOptions = {}) {
    super(message, options);
    this.method = method;
  }
}

/**
 * The remote method returned an error; `message` is its text. Go: rpc.ServerError.
 *
 * @example
 * ```ts
 * import { isRpcServerError } from "@go-plugin/netrpc";
 *
 * function isMissing(error: unknown): boolean {
 *   return isRpcServerError(error) && error.message === "not found";
 * }
 * ```
 */
export class RpcServerError extends RpcError {
  static override get name(): string {
    return "RpcServerError";
  }
  override readonly name = "RpcServerError";
  readonly code = "ERR_RPC_SERVER";
}

/**
 * The connection ended before the call had its reply; `cause` is the reason, if known. Go: rpc.ErrShutdown,
 * io.ErrUnexpectedEOF.
 */
export class RpcConnectionError extends RpcError {
  static override get name(): string {
    return "RpcConnectionError";
  }
  override readonly name = "RpcConnectionError";
  readonly code = "ERR_RPC_CONNECTION";
}

/** The reply to a call is not of the method's reply type. Only this call fails. `cause` is the gob error. */
export class RpcReplyError extends RpcError {
  static override get name(): string {
    return "RpcReplyError";
  }
  override readonly name = "RpcReplyError";
  readonly code = "ERR_RPC_REPLY";
}

// A program may load this package as ESM and as CommonJS, and instanceof knows one copy of the classes.

/** Returns true for an {@link RpcServerError}, even of another copy of this package. */
export function isRpcServerError(error: unknown): error is RpcServerError {
  return hasCode(error, "ERR_RPC_SERVER");
}

/** Returns true for an {@link RpcConnectionError}, even of another copy of this package. */
export function isRpcConnectionError(error: unknown): error is RpcConnectionError {
  return hasCode(error, "ERR_RPC_CONNECTION");
}

/** Returns true for an {@link RpcReplyError}, even of another copy of this package. */
export function isRpcReplyError(error: unknown): error is RpcReplyError {
  return hasCode(error, "ERR_RPC_REPLY");
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === code;
}
