export type { RpcConnectionOptions } from "./codec.js";
export { createRpcClient, RpcConnection } from "./connection.js";
export {
  isRpcConnectionError,
  isRpcReplyError,
  isRpcServerError,
  RpcConnectionError,
  type RpcErrorOptions,
  RpcReplyError,
  RpcServerError,
} from "./errors.js";
export { RpcServer, type RpcServerOptions } from "./server.js";
export {
  method,
  type RpcCallContext,
  type RpcCallOptions,
  type RpcClient,
  type RpcImplementation,
  type RpcMethod,
  type RpcMethodName,
  type RpcService,
} from "./service.js";
