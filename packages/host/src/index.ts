export type {
  Broker,
  BrokerConnectOptions,
  BrokeredClient,
  BrokeredImplementation,
  BrokeredServer,
  BrokeredService,
  BrokerOptions,
  BrokerServeOptions,
  CallContext,
  CallOptions,
  ClientInterceptor,
  ClientNext,
  ClientOf,
  ClientOfService,
  ConnectedPlugin,
  ConsoleLoggerOptions,
  DescriptorSource,
  DispensableName,
  Dispensed,
  FromProtobufjs,
  FromProtoLoader,
  FromTsProto,
  GrpcClientClass,
  HclogLoggerOptions,
  InterceptedClientCall,
  InterceptedResponse,
  InterceptedServerCall,
  KeepAliveOptions,
  LogFields,
  Logger,
  LogLevel,
  Message,
  MetadataValue,
  MetadataValueOf,
  MethodDefinition,
  PinoLike,
  PluginDefinition,
  PluginSet,
  PluginsOf,
  PluginTypes,
  Protocol,
  ReattachConfig,
  RpcCallContext,
  RpcCallOptions,
  RpcClient,
  RpcConnectionOptions,
  RpcErrorOptions,
  RpcImplementation,
  RpcMethod,
  RpcMethodName,
  RpcService,
  ServerInterceptor,
  ServerNext,
  ServiceClient,
  ServiceDefinition,
  ServiceImplementation,
  SetOfVersion,
  SocketAddress,
  StreamClientCall,
  StreamResponse,
  StreamServerCall,
  TlsOptions,
  TsProtoDefinition,
  UnaryClientCall,
  UnaryResponse,
  UnaryServerCall,
  VersionNumber,
  Versions,
} from "@go-plugin/proto";
export type {
  BrokerDiagnostics,
  DiagnosticsEvents,
  ExitDiagnostics,
  HandshakeDiagnostics,
  LaunchDiagnostics,
} from "@go-plugin/proto/internal";
// Not from @go-plugin/proto: its index would be one more file to load at each start.
export {
  BrokerError,
  consoleLogger,
  createLogger,
  definePlugins,
  fromPino,
  fromProtobufjs,
  fromProtoLoader,
  fromTsProto,
  grpc,
  hclogLogger,
  isBrokerError,
  isRpcConnectionError,
  isRpcReplyError,
  isRpcServerError,
  isSocketError,
  isStatusError,
  logLevels,
  Metadata,
  method,
  netrpc,
  RpcConnectionError,
  RpcReplyError,
  RpcServerError,
  SocketError,
  Status,
  StatusError,
  silentLogger,
  statusName,
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
