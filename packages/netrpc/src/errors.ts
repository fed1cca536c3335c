/**
 * The remote method returned an error; `message` is its text. Go: rpc.ServerError.
 *
 * @example
 * ```ts
 * import { RpcServerError } from "@go-plugin/netrpc";
 *
 * function isMissing(error: unknown): boolean {
 *   return error instanceof RpcServerError && error.message === "not found";
 * }
 * ```
 */
export class RpcServerError extends Error {
  override readonly name = "RpcServerError";
  readonly code = "ERR_RPC_SERVER";
}

/** The connection ended before the call had its reply; `cause` says why, if that is known. Go: rpc.ErrShutdown, io.ErrUnexpectedEOF. */
export class RpcConnectionError extends Error {
  override readonly name = "RpcConnectionError";
  readonly code = "ERR_RPC_CONNECTION";
}

/** The reply to a call is not of the method's reply type. Only this call fails. `cause` is the gob error. */
export class RpcReplyError extends Error {
  override readonly name = "RpcReplyError";
  readonly code = "ERR_RPC_REPLY";
}
