export { MultiplexedTransport, type StreamSession } from "./broker-multiplexed.js";
export { PlainTransport, type Sockets } from "./broker-plain.js";
export type { BrokerTransport } from "./broker-transport.js";
export { type ConnectOptions, connectPlugin } from "./client.js";
export { type ServeOptions, servePlugins } from "./server.js";
export { localSockets } from "./sockets.js";
