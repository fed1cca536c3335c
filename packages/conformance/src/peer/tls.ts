import type { Duplex } from "node:stream";
import { createServer, type TLSSocket, type TlsOptions } from "node:tls";
import { createIdentity } from "../wire/certificates.js";
import type { Observation, PluginPlan } from "./plan.js";

export type Tls = Awaited<ReturnType<typeof createTls>>;

/** The plugin's side of AutoMTLS: its certificate for the line, and TLS on accepted connections. */
export async function createTls(
  { tls = {}, netrpc, observe: observes }: PluginPlan,
  hostCertificate: string | undefined,
  observe: (observation: Observation) => void,
) {
  const announced = await createIdentity(tls.certificate);
  const presented = tls.presentsAnother ? await createIdentity() : announced;
  const options: TlsOptions = {
    cert: presented.pem,
    key: presented.key,
    minVersion: tls.minVersion ?? "TLSv1.2",
    ...(tls.minVersion && { ciphers: "DEFAULT@SECLEVEL=0" }),
    ...(tls.signatures && { sigalgs: tls.signatures }),
    ...(!tls.withoutAlpn && !netrpc && { ALPNProtocols: ["h2"] }),
    ...(hostCertificate && { ca: hostCertificate }),
    requestCert: true,
    // Before `check-host` judges what the host has presented, it has to be let in.
    rejectUnauthorized: tls.serves !== "anybody" && !observes,
  };
  return {
    field: announced.der.toString("base64").replace(/=+$/, ""),
    accept: (serve: (connection: Duplex) => void) => {
      const server = createServer(options, (socket) => {
        const { raw } = socket.getPeerCertificate();
        observe({ saw: "tls", certificate: raw?.toString("base64") });
        socket.on("error", () => {});
        // Node's HTTP/2 insists on ALPN, which is what this plan leaves out.
        if (tls.withoutAlpn) Object.defineProperty(socket, "alpnProtocol", { value: "h2" });
        serve(socket);
      });
      server.on("tlsClientError", (_: Error, socket: TLSSocket) => socket.destroy());
      return (connection: Duplex) => void server.emit("connection", connection);
    },
  };
}
