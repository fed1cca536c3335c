import type { PluginError } from "../errors.js";

/** Something that exists as long as a plugin runs. */
export interface Resource {
  /** Releases it when the plugin has ended. `cause` is the reason, unless the plugin was closed. Never rejects. */
  release(cause?: PluginError): void | Promise<void>;
  /** Leaves it to the plugin, which continues without this host. @default nothing */
  detach?(): void;
  /** Releases it synchronously, since the host's process exits. @default nothing */
  kill?(): void;
}
