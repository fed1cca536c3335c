import type { Duplex } from "node:stream";
import { loadTls, type Security } from "@go-plugin/proto/internal";
import type { Side } from "../trace/trace-event.js";

/** The proxy's certificates, by which it stands for the other side. */
export interface Identity {
  /** For `PLUGIN_CLIENT_CERT`: what the plugin takes for the host's certificate. */
  readonly pem: string;
  /** For the handshake line: what the host takes for the plugin's. */
  readonly base64: string;
  /** Completes it, once the plugin's certificate is known. */
  secure(pluginCertificate: string, protocol: "grpc" | "netrpc"): Readonly<Record<Side, Security>>;
}

/**
 * Makes the certificate with which the proxy stands between two sides that trust nobody but each other.
 *
 * @param hostPem the host's certificate, which the plugin should trust.
 */
export async function createIdentity(hostPem: string): Promise<Identity> {
  const { createSecurity, generateCertificate, toPem } = await loadTls();
  const { certificate, key } = await generateCertificate();
  const pem = toPem(certificate);
  return {
    pem,
    base64: certificate.toString("base64").replace(/=+$/, ""),
    secure(pluginCertificate, protocol) {
      const own = { cert: pem, key };
      return {
        host: createSecurity({ ...own, ca: hostPem }, protocol),
        plugin: createSecurity({ ...own, ca: toPem(Buffer.from(pluginCertificate, "base64")) }, protocol),
      };
    },
  };
}

/** Secures a connection that the side has opened; calls back at once where nothing is secured. */
export function acceptFrom(
  security: Security | undefined,
  connection: Duplex,
  onSecure: (connection: Duplex) => void,
): void {
  if (security) security.server(onSecure)(connection);
  else onSecure(connection);
}
