import type { Protocol } from "./handshake/handshake.js";

/**
 * The address and protocol of a running plugin, as plain JSON. One host saves it, the next one uses it. Go:
 * ReattachConfig.
 */
export interface ReattachConfig {
  readonly protocol: Protocol;
  /** The application version that the plugin chose. Go: ProtocolVersion. */
  readonly version: number;
  readonly network: "unix" | "tcp";
  readonly address: string;
  /** The plugin's process; 0 for a plugin that a runner runs, which only a runner can reattach to. */
  readonly pid: number;
  /** The certificates of AutoMTLS, in PEM. **Whoever reads them can control the plugin.** */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** The plugin runs in test mode: closing it ends only the connection. Go: Test. @default false */
  readonly test?: boolean;
}
