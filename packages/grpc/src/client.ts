import type { Channel } from "./channel.js";
import type { ServiceClient, ServiceDefinition } from "./definition.js";
import type { ClientInterceptor } from "./interceptor.js";

/** How a client behaves. */
export interface ClientOptions {
  /** Middleware around every call of this client, inside of the channel's. @default none */
  readonly interceptors?: readonly ClientInterceptor[];
}

/** A typed client of a service on a channel (Go: the generated `NewXClient`). */
export function createClient<S extends ServiceDefinition>(
  channel: Channel,
  service: S,
  options: ClientOptions = {},
): ServiceClient<S> {
  throw new Error(`not there yet ${channel} ${service} ${options}`);
}
