export { discover } from "./discover.js";
export { closeAll } from "./end/managed.js";
export { PluginError, type PluginErrorCode, type PluginErrorDetails } from "./errors.js";
export { launch } from "./launch.js";
export type { LaunchOptions, TlsOptions } from "./options.js";
export type { Plugin, PluginOfVersion } from "./plugin.js";
export type { PluginExit } from "./plugin-process.js";
export { type ReattachOptions, reattach } from "./reattach/reattach.js";
export type { ReattachConfig } from "./reattach/reattach-config.js";
