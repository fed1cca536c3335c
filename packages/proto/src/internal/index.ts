/**
 * The building blocks of `@go-plugin/host` and `@go-plugin/plugin`.
 *
 * **Outside semver:** anything here may change or go in any release. Applications import `@go-plugin/host`,
 * `@go-plugin/plugin` and `@go-plugin/proto`.
 *
 * @module
 */
export { isStatusError, Metadata, Status, StatusError, statusName } from "@go-plugin/grpc/status";
export {
  isRpcConnectionError,
  isRpcReplyError,
  isRpcServerError,
  method,
  RpcConnectionError,
  RpcReplyError,
  RpcServerError,
} from "@go-plugin/netrpc/service";
export * from "../adapters/proto-loader.js";
export * from "../adapters/protobufjs.js";
export * from "../adapters/ts-proto.js";
export * from "../broker.js";
export * from "../broker-resources.js";
export * from "../client-name.js";
export * from "../connected-plugin.js";
export * from "../deadline.js";
export * from "../definition.js";
export * from "../diagnostics/events.js";
export * from "../diagnostics/print-if-debugging.js";
export * from "../first-connection.js";
export * from "../handshake/environment.js";
export * from "../handshake/go-values.js";
export * from "../handshake/handshake.js";
export * from "../handshake/versions.js";
export * from "../implementation.js";
export * from "../keep-alive.js";
export * from "../last-output.js";
export * from "../load-protocol.js";
export * from "../logger/console.js";
export * from "../logger/hclog.js";
export * from "../logger/logger.js";
export * from "../logger/pino.js";
export * from "../process/same-process.js";
export * from "../protocol.js";
export * from "../reattach/go-reattach-config.js";
export * from "../reattach/reattach-providers.js";
export * from "../reattach-config.js";
export * from "../sockets/address-translator.js";
export * from "../sockets/dial.js";
export * from "../sockets/errors.js";
export * from "../sockets/listen.js";
export * from "../sockets/socket-group.js";
export * from "../sockets/socket-path.js";
export * from "../stdio.js";
export * from "../text-of.js";
export * from "../tls/load-tls.js";
export type { Security } from "../tls/security.js";
export * from "../tls/tls-options.js";
