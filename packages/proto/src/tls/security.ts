import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { checkServerIdentity, connect, createSecureContext, createServer, type TLSSocket } from "node:tls";
import type { TlsOptions } from "./tls-options.js";

/** Secures connections between host and plugin. Either side may dial. */
export interface Security {
  /** Secures a connection that this side has dialed. @throws {Error} when the other side is not the expected one. */
  client(connection: Duplex): Promise<Duplex>;
  /** Secures every connection that this side has accepted; one that fails is destroyed and never reaches `handle`. */
  server(handle: (connection: Duplex) => void): (connection: Duplex) => void;
}

/** Options of {@link createSecurity}. */
export interface SecurityOptions extends TlsOptions {
  /** Called with the reason why an accepted connection was refused. */
  readonly onRefused?: (error: Error) => void;
}

// grpc-go refuses a peer that has not negotiated HTTP/2; net/rpc requires nothing.
const alpnProtocols = ["h2"];

/** TLS 1.2 or newer with certificates on both sides. @throws {Error} when a certificate or key cannot be read. */
export function createSecurity(options: SecurityOptions, protocol: "grpc" | "netrpc"): Security {
  const { ca, cert, key, serverName = "localhost", requireClientCertificate = true, onRefused } = options;
  const material = { ca, cert, key, minVersion: "TLSv1.2" } as const;
  const secureContext = createSecureContext(material);
  const alpn = protocol === "grpc" ? { ALPNProtocols: alpnProtocols } : {};
  return {
    client: (connection) =>
      new Promise((resolve, reject) => {
        const socket = connect({
          secureContext,
          ...alpn,
          socket: connection,
          // The field is for names: RFC 6066 allows no addresses in it.
          ...(isIP(serverName) === 0 && { servername: serverName }),
          checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
          // NODE_TLS_REJECT_UNAUTHORIZED, the default, must not apply to plugins.
          rejectUnauthorized: true,
        });
        const settle = (error?: Error) => {
          socket.off("error", settle).off("close", closed).off("secureConnect", settle);
          if (!error) return resolve(socket);
          socket.on("error", () => {}).destroy();
          connection.destroy();
          reject(error);
        };
        const closed = () => settle(new Error("the connection was closed during the TLS handshake"));
        socket.on("error", settle).on("close", closed).on("secureConnect", settle);
      }),
    server: (handle) => {
      // Only a tls.Server verifies the client's certificate; it need not listen for that.
      const server = createServer({
        ...material,
        ...alpn,
        requestCert: requireClientCertificate,
        rejectUnauthorized: requireClientCertificate,
      });
      server.on("secureConnection", handle);
      server.on("tlsClientError", (error: Error, socket: TLSSocket) => {
        // Node disconnects a client whose certificate it refuses, without a reason.
        const reason = socket.authorizationError;
        onRefused?.(reason ? new Error(`the client's certificate was refused: ${reason}`, { cause: error }) : error);
        socket.destroy();
      });
      return (connection) => server.emit("connection", connection);
    },
  };
}
