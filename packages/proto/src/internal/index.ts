/**
 * What `@go-plugin/host` and `@go-plugin/plugin` are built of.
 *
 * **Outside semver:** anything here may change or go in any release. Applications import `@go-plugin/host`,
 * `@go-plugin/plugin` and `@go-plugin/proto`.
 *
 * @module
 */
export { type FromProtoLoader, fromProtoLoader } from "../adapters/proto-loader.js";
export { type FromProtobufjs, fromProtobufjs } from "../adapters/protobufjs.js";
export { type FromTsProto, fromTsProto, type TsProtoDefinition } from "../adapters/ts-proto.js";
export {
  type Broker,
  type BrokerConnectOptions,
  BrokerError,
  type BrokeredClient,
  type BrokeredImplementation,
  type BrokeredServer,
  type BrokeredService,
  type BrokerOptions,
  type BrokerServeOptions,
  type ClientOfService,
  isBrokerError,
} from "../broker.js";
export type { ConnectedPlugin } from "../connected-plugin.js";
export { Deadline, type DeadlineOptions, within } from "../deadline.js";
export {
  type ClientOf,
  definePlugins,
  grpc,
  type ImplementationOf,
  netrpc,
  type PluginDefinition,
  type PluginSet,
  type PluginsOf,
  type PluginTypes,
  type Versions,
  versionsOf,
} from "../definition.js";
export {
  type BrokerDiagnostics,
  type DiagnosticsEvents,
  type ExitDiagnostics,
  exited,
  type HandshakeDiagnostics,
  handshaken,
  type LaunchDiagnostics,
  launched,
} from "../diagnostics/events.js";
export { printIfDebugging } from "../diagnostics/print-if-debugging.js";
export { Environment } from "../handshake/environment.js";
export { parseGoBool } from "../handshake/go-values.js";
export {
  checkHandshake,
  coreProtocolVersion,
  formatHandshake,
  type Handshake,
  HandshakeError,
  type HandshakeErrorCode,
  type HandshakeExpectation,
  type HandshakeFields,
  type Protocol,
  parseHandshake,
  splitHandshake,
} from "../handshake/handshake.js";
export { chooseVersion, parseVersions } from "../handshake/versions.js";
export type { Implementation, Implementations, PluginContext } from "../implementation.js";
export { loadClient, loadServer } from "../load-protocol.js";
export { type ConsoleLoggerOptions, consoleLogger } from "../logger/console.js";
export { type HclogLoggerOptions, hclogLogger } from "../logger/hclog.js";
export { createLogger, type LogFields, type Logger, type LogLevel, logLevels, silentLogger } from "../logger/logger.js";
export { fromPino, type PinoLike } from "../logger/pino.js";
export type {
  GrpcClientClass,
  Handle,
  PingOptions,
  PluginClient,
  PluginClientOptions,
  PluginServer,
  PluginServerOptions,
  SocketWatcher,
} from "../protocol.js";
export {
  fromGoReattachConfig,
  type GoReattachConfig,
  isGoReattachConfig,
} from "../reattach/go-reattach-config.js";
export { formatReattachProviders, parseReattachProviders } from "../reattach/reattach-providers.js";
export type { ReattachConfig } from "../reattach-config.js";
export type { AddressTranslator } from "../sockets/address-translator.js";
export { dial, type SocketAddress } from "../sockets/dial.js";
export { isSocketError, SocketError } from "../sockets/errors.js";
export { type Listening, type ListenOptions, listen } from "../sockets/listen.js";
export { giveToGroup } from "../sockets/socket-group.js";
export { maxSocketPathBytes, socketPathFits } from "../sockets/socket-path.js";
export { NoOutput, type StdioChunk, type StdioDestinations, type StdioSource, writeTo } from "../stdio.js";
export { escapeControls, inspectSafely, reasonOf, showInvisible, textOf } from "../text-of.js";
export { loadTls } from "../tls/load-tls.js";
export type { Security } from "../tls/security.js";
export * from "../tls/tls-options.js";
