export { PlainTransport, type Sockets } from "./broker-plain.js";
export type { BrokerTransport } from "./broker-transport.js";
export { type ConnectOptions, connectPlugin } from "./client.js";
export { MultiplexedConnection } from "./multiplexed-connection.js";
export { type ServeOptions, servePlugins } from "./server.js";
export { localSockets } from "./sockets.js";
