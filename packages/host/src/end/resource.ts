import type { PluginError } from "../errors.js";

/** Something that exists as long as a plugin runs. */
export interface Resource {
  /** Gives it back when the plugin has ended; `cause` says why, unless the plugin was closed. Never rejects. */
  release(cause?: PluginError): void | Promise<void>;
  /** Leaves it to the plugin, which lives on without this host. @default nothing */
  detach?(): void;
  /** Gives it back within the call, since the host's process exits. @default nothing */
  kill?(): void;
}
