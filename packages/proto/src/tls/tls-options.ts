import type { SecureContextOptions } from "node:tls";

/** Certificates of one side, used whether it dials or accepts. Go: tls.Config. */
export interface TlsOptions {
  /**
   * PEM of the authorities that may have signed the other side's certificate, or of that certificate itself.
   * Go: RootCAs, ClientCAs.
   * @default the authorities that Node.js trusts, which is rarely right between host and plugin
   */
  readonly ca?: SecureContextOptions["ca"];
  /**
   * PEM of this side's certificate, followed by the intermediate ones. Go: Certificates.
   * @default none: only for a host whose plugin does not require one, and that serves nothing through its broker
   */
  readonly cert?: SecureContextOptions["cert"];
  /** PEM of the private key of `cert`. Go: Certificates. */
  readonly key?: SecureContextOptions["key"];
  /**
   * The name that the other side's certificate must be valid for. Go: ServerName.
   * @default "localhost"
   */
  readonly serverName?: string;
  /**
   * Refuse a dialing side that has no certificate signed by `ca`. Go: tls.RequireAndVerifyClientCert.
   * @default true
   */
  readonly requireClientCertificate?: boolean;
}
