export { Channel, type ChannelOptions } from "./client/channel.js";
export { type ClientOptions, createClient } from "./client/client.js";
export { isUnsent } from "./client/unsent.js";
export { Metadata, type MetadataValue, type MetadataValueOf } from "./headers/metadata.js";
export { type LazyService, Server, type ServerOptions } from "./server/server.js";
export { unimplemented } from "./server/unimplemented.js";
export type { Call, CallContext, CallListener, CallOptions, CallStart, CallStatus } from "./service/call.js";
export type {
  MethodDefinition,
  ServiceClient,
  ServiceDefinition,
  ServiceImplementation,
} from "./service/definition.js";
export type { CallEndDiagnostics, CallStartDiagnostics, ReconnectDiagnostics } from "./service/diagnostics.js";
export type {
  ClientInterceptor,
  ClientNext,
  InterceptedClientCall,
  InterceptedResponse,
  InterceptedServerCall,
  Message,
  ServerInterceptor,
  ServerNext,
  StreamClientCall,
  StreamResponse,
  StreamServerCall,
  UnaryClientCall,
  UnaryResponse,
  UnaryServerCall,
} from "./service/interceptor.js";
export { isStatusError, Status, StatusError, statusName } from "./status/status.js";
