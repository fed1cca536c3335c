/** A socket between host and plugin could not be made, or not be reached. */
export class SocketError extends Error {
  override readonly name = "SocketError";
  constructor(
    readonly code: "ERR_SOCKET_LISTEN" | "ERR_SOCKET_CONNECT" | "ERR_SOCKET_GROUP",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
