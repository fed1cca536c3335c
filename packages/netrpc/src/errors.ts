/** The other side's method returned an error; the message is its text. Go: rpc.ServerError. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly code = "ERR_RPC_SERVER";
}

/** A call failed because its connection has ended. Go: rpc.ErrShutdown, io.ErrUnexpectedEOF. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly code = "ERR_RPC_CONNECTION";
}

/** The other side's reply to a call could not be read as the reply's type; other calls go on. */
export class ReplyError extends Error {
  override readonly name = "ReplyError";
  readonly code = "ERR_RPC_REPLY";
}
