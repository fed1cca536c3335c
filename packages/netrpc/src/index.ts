export type { RpcConnectionOptions } from "./codec.js";
export { createRpcClient, RpcConnection } from "./connection.js";
export type { RpcCallEndDiagnostics, RpcCallStartDiagnostics } from "./diagnostics.js";
export { RpcServer, type RpcServerOptions } from "./server.js";
export {
  isRpcConnectionError,
  isRpcReplyError,
  isRpcServerError,
  RpcConnectionError,
  type RpcErrorOptions,
  RpcReplyError,
  RpcServerError,
} from "./service/errors.js";
export {
  method,
  type RpcCallContext,
  type RpcCallOptions,
  type RpcClient,
  type RpcImplementation,
  type RpcMethod,
  type RpcMethodName,
  type RpcService,
} from "./service/service.js";
export { isUnsent } from "./unsent.js";
