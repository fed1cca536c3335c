import type { Protocol } from "./handshake/handshake.js";

/**
 * The address and protocol of a running plugin, as plain JSON: one host keeps it, the next one uses it.
 * Go: ReattachConfig.
 */
export interface ReattachConfig {
  readonly protocol: Protocol;
  /** The application version that the plugin chose. Go: ProtocolVersion. */
  readonly version: number;
  readonly network: "unix" | "tcp";
  readonly address: string;
  /** The plugin's process; 0 for a plugin that a runner runs, which a runner has to reattach to. */
  readonly pid: number;
  /** The certificates of AutoMTLS, in PEM. **With them, whoever reads the configuration can control the plugin.** */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /**
   * The plugin runs in test mode: closing it ends the connection alone. Go: Test.
   * @default false
   */
  readonly test?: boolean;
}
