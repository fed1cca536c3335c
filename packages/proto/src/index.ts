export { type FromProtoLoader, fromProtoLoader } from "./adapters/proto-loader.js";
export { type FromProtobufjs, fromProtobufjs } from "./adapters/protobufjs.js";
export { type FromTsProto, fromTsProto, type TsProtoDefinition } from "./adapters/ts-proto.js";
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
  defaultBrokerTimeoutMs,
} from "./broker.js";
export type { ConnectedPlugin } from "./connected-plugin.js";
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
} from "./definition.js";
export { Environment } from "./environment.js";
export { parseGoBool } from "./go-values.js";
export {
  coreProtocolVersion,
  formatHandshake,
  type Handshake,
  HandshakeError,
  type HandshakeErrorCode,
  type HandshakeExpectation,
  type Protocol,
  parseHandshake,
} from "./handshake.js";
export type { Implementation, Implementations, PluginContext } from "./implementation.js";
export { loadClient, loadServer } from "./load-protocol.js";
export { type ConsoleLoggerOptions, consoleLogger } from "./logger/console.js";
export { type HclogLoggerOptions, hclogLogger } from "./logger/hclog.js";
export { createLogger, type LogFields, type Logger, type LogLevel, logLevels, silentLogger } from "./logger/logger.js";
export { fromPino, type PinoLike } from "./logger/pino.js";
export type { ConnectOptions, GrpcClientClass, PluginClient, PluginServer, ServeOptions } from "./protocol.js";
export type { ReattachConfig } from "./reattach-config.js";
export type { AddressTranslator } from "./sockets/address-translator.js";
export { dial, type SocketAddress } from "./sockets/dial.js";
export { SocketError } from "./sockets/errors.js";
export { type Listening, type ListenOptions, listen } from "./sockets/listen.js";
export { giveToGroup } from "./sockets/socket-group.js";
export { maxSocketPathBytes, socketPathFits } from "./sockets/socket-path.js";
export { NoOutput, type StdioChunk, type StdioDestinations, type StdioSource, writeTo } from "./stdio.js";
export { reasonOf, textOf } from "./text-of.js";
export { chooseVersion, parseVersions } from "./versions.js";
