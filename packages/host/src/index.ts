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
  type CallContext,
  type CallOptions,
  type ClientInterceptor,
  type ClientNext,
  type ClientOf,
  type ClientOfService,
  type ConnectedPlugin,
  type ConsoleLoggerOptions,
  consoleLogger,
  createLogger,
  type DescriptorSource,
  type DispensableName,
  type Dispensed,
  definePlugins,
  type FromProtobufjs,
  type FromProtoLoader,
  type FromTsProto,
  fromPino,
  fromProtobufjs,
  fromProtoLoader,
  fromTsProto,
  type GrpcClientClass,
  grpc,
  type HclogLoggerOptions,
  hclogLogger,
  type InterceptedClientCall,
  type InterceptedResponse,
  type InterceptedServerCall,
  isBrokerError,
  isRpcConnectionError,
  isRpcReplyError,
  isRpcServerError,
  isSocketError,
  isStatusError,
  type LogFields,
  type Logger,
  type LogLevel,
  logLevels,
  type Message,
  Metadata,
  type MetadataValue,
  type MetadataValueOf,
  type MethodDefinition,
  method,
  netrpc,
  type PinoLike,
  type PluginDefinition,
  type PluginSet,
  type PluginsOf,
  type PluginTypes,
  type Protocol,
  type ReattachConfig,
  type RpcCallContext,
  type RpcCallOptions,
  type RpcClient,
  RpcConnectionError,
  type RpcConnectionOptions,
  type RpcErrorOptions,
  type RpcImplementation,
  type RpcMethod,
  type RpcMethodName,
  RpcReplyError,
  RpcServerError,
  type RpcService,
  type ServerInterceptor,
  type ServerNext,
  type ServiceClient,
  type ServiceDefinition,
  type ServiceImplementation,
  type SetOfVersion,
  type SocketAddress,
  SocketError,
  Status,
  StatusError,
  type StreamClientCall,
  type StreamResponse,
  type StreamServerCall,
  silentLogger,
  statusName,
  type TlsOptions,
  type TsProtoDefinition,
  type UnaryClientCall,
  type UnaryResponse,
  type UnaryServerCall,
  type VersionNumber,
  type Versions,
} from "@go-plugin/proto";
export type {
  BrokerDiagnostics,
  DiagnosticsEvents,
  ExitDiagnostics,
  HandshakeDiagnostics,
  LaunchDiagnostics,
} from "@go-plugin/proto/internal";
export { discover } from "./discover.js";
export { closeAll } from "./end/managed.js";
export { isPluginError, PluginError, type PluginErrorCode, type PluginErrorDetails } from "./errors.js";
export { launch } from "./launch.js";
export type { Plugin, PluginOfVersion } from "./plugin.js";
export type { PoolDiagnostics, PoolEvent } from "./pool/events.js";
export type { Latency } from "./pool/latencies.js";
export type { PoolOptions } from "./pool/options.js";
export type { PluginPool, PoolCallOptions, PoolClient, PoolRestartOptions, PoolServer } from "./pool/plugin-pool.js";
export { pool } from "./pool/pool.js";
export type { PoolProcessStats, PoolStats } from "./pool/stats.js";
export type { PluginExit } from "./process/plugin-exit.js";
export { type ReattachOptions, reattach } from "./reattach/reattach.js";
export type { AttachedRunner, Runner, RunnerCommand, RunnerFunction } from "./runner/runner.js";
export type { RestartOptions } from "./supervise/backoff.js";
export type { SupervisionEvent } from "./supervise/events.js";
export type { SuperviseOptions } from "./supervise/options.js";
export { supervise } from "./supervise/supervise.js";
export type { PluginProcessHandle, SupervisedPlugin } from "./supervise/supervised-plugin.js";
export type { Checksum } from "./validate/checksum.js";
export type { LaunchOptions } from "./validate/launch-options.js";
