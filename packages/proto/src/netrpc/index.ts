export { connectPlugin } from "./client.js";
export { servePlugins } from "./server.js";
