export type { Call, CallContext, CallListener, CallOptions, CallStart, CallStatus } from "./call.js";
export { Channel, type ChannelOptions } from "./channel.js";
export { type ClientOptions, createClient } from "./client.js";
export type { MethodDefinition, ServiceClient, ServiceDefinition, ServiceImplementation } from "./definition.js";
export type {
  ClientInterceptor,
  ClientNext,
  InterceptedClientCall,
  InterceptedServerCall,
  ServerInterceptor,
  ServerNext,
} from "./interceptor.js";
export { Metadata, type MetadataValue, type MetadataValueOf } from "./metadata.js";
export { type LazyService, Server, type ServerOptions } from "./server.js";
export { Status, StatusError, statusName } from "./status.js";
export { unimplemented } from "./unimplemented.js";
