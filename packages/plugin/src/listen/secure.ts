import {
  Environment,
  type Logger,
  loadTls,
  type Protocol,
  type Security,
  type TlsOptions,
} from "@go-plugin/proto/internal";
import { ServeError } from "../errors.js";

/** TLS of the plugin's connections. */
export interface Secured {
  readonly security: Security | undefined;
  /** For the handshake line; empty unless the host asked for AutoMTLS. */
  readonly serverCertificate: string;
}

/**
 * Takes the plugin's own TLS configuration, or makes one for a host that asks for AutoMTLS. Go: Serve.
 *
 * @throws {ServeError} `ERR_SERVE_TLS` when the host's certificate cannot be read.
 */
export async function secure(
  tls: TlsOptions | undefined,
  clientCertificate: string | undefined,
  protocol: Protocol,
  logger: Logger,
): Promise<Secured> {
  if (!tls && !clientCertificate) return { security: undefined, serverCertificate: "" };
  const { createSecurity, generateCertificate, toPem } = await loadTls();
  const onRefused = (error: Error) => logger.warn("refused a connection", { error: error.message });
  if (tls) return { security: createSecurity({ onRefused, ...tls }, protocol), serverCertificate: "" };
  const { X509Certificate } = await import("node:crypto");
  try {
    new X509Certificate(clientCertificate!);
  } catch (cause) {
    throw new ServeError(
      "ERR_SERVE_TLS",
      `expected the host's PEM certificate in ${Environment.clientCertificate}, got something else: ${(cause as Error).message}`,
      { cause },
    );
  }
  const { certificate, key } = await generateCertificate();
  const options = { ca: clientCertificate, cert: toPem(certificate), key, onRefused };
  return {
    security: createSecurity(options, protocol),
    serverCertificate: certificate.toString("base64").replace(/=+$/, ""),
  };
}
