import { type Handshake, loadTls, type Security } from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import type { LaunchSettings } from "../validate/launch-options.js";

/** TLS towards a plugin that has not been started yet. */
export interface HostSecurity {
  /** PEM for the plugin's environment; asks it for AutoMTLS. */
  readonly clientCertificate: string | undefined;
  /**
   * Completes the configuration with the certificate from the plugin's handshake.
   * @throws {PluginError} when the plugin does not use TLS as this host does.
   */
  complete(handshake: Handshake): Secured;
}

export interface Secured {
  readonly security?: Security;
  /** The certificates made for this plugin; a host that reattaches needs them. */
  readonly keys?: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** Makes a certificate for AutoMTLS, or takes the options' fixed configuration, or does without TLS. Go: Client.Start. */
export async function prepareSecurity({
  autoMtls,
  tls,
}: Pick<LaunchSettings, "autoMtls" | "tls">): Promise<HostSecurity> {
  if (!autoMtls && !tls) return { clientCertificate: undefined, complete: refuseCertificate };
  const { createSecurity, generateCertificate, toPem } = await loadTls();
  if (!autoMtls) {
    return {
      clientCertificate: undefined,
      complete: (handshake) => {
        refuseCertificate(handshake);
        return { security: createSecurity(tls!, handshake.protocol) };
      },
    };
  }
  const { X509Certificate } = await import("node:crypto");
  const { certificate, key } = await generateCertificate();
  const cert = toPem(certificate);
  return {
    clientCertificate: cert,
    complete: ({ serverCertificate, protocol }) => {
      const ca = toPem(readCertificate(serverCertificate, (der) => new X509Certificate(der).raw));
      const keys = { ca, cert, key };
      return { security: createSecurity(keys, protocol), keys };
    },
  };
}

function refuseCertificate({ serverCertificate }: Handshake): Secured {
  if (serverCertificate === "") return {};
  throw new PluginError(
    "ERR_PLUGIN_HANDSHAKE",
    "the plugin sent a TLS certificate, but this host did not ask for AutoMTLS: expected an empty sixth field in the handshake line",
  );
}

function readCertificate(text: string, parse: (der: Buffer) => Buffer): Buffer {
  if (text === "") {
    throw new PluginError(
      "ERR_PLUGIN_HANDSHAKE",
      "AutoMTLS was asked for, and the plugin sent no certificate: expected one in the sixth field of the handshake line. The plugin is too old for AutoMTLS, or has a TLS configuration of its own: turn autoMtls off, or use tls",
    );
  }
  try {
    return parse(Buffer.from(text, "base64"));
  } catch (cause) {
    throw new PluginError("ERR_PLUGIN_HANDSHAKE", `error parsing server cert: ${(cause as Error).message}`, { cause });
  }
}
