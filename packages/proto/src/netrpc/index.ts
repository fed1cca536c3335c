export { type ConnectOptions, connectPlugin } from "./client.js";
export { type ServeOptions, servePlugins } from "./server.js";
