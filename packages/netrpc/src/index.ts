export { Client, createClient } from "./client.js";
export type { ConnectionOptions } from "./connection.js";
export { ConnectionError, ReplyError, ServerError } from "./errors.js";
export { Server, type ServerOptions } from "./server.js";
export {
  type CallContext,
  type CallOptions,
  method,
  type RpcClient,
  type RpcImplementation,
  type RpcMethod,
  type RpcService,
} from "./service.js";
