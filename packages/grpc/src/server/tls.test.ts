import "reflect-metadata";
import tls from "node:tls";
import * as x509 from "@peculiar/x509";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Channel } from "../client/channel.js";
import { createClient } from "../client/client.js";
import { Status } from "../status/status.js";
import { collect, echo, textService, until } from "../testing/pair.js";
import { Server } from "./server.js";

interface Identity {
  readonly cert: string;
  readonly key: string;
}

async function selfSigned(name: string): Promise<Identity> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${name}`,
      keys,
      signingAlgorithm: algorithm,
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 3_600_000),
      extensions: [
        new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "localhost" }]),
        new x509.BasicConstraintsExtension(true, undefined, true),
      ],
    },
    crypto,
  );
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return {
    cert: certificate.toString("pem"),
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  };
}

describe.each(["TLSv1.2", "TLSv1.3"] as const)("over mutual %s", (version) => {
  let host: Identity;
  let plugin: Identity;
  let stranger: Identity;
  let listener: tls.Server;
  const server = new Server();
  server.addService(textService, echo);

  beforeAll(async () => {
    [host, plugin, stranger] = await Promise.all([selfSigned("host"), selfSigned("plugin"), selfSigned("stranger")]);
    const options = { ...plugin, ca: host.cert, requestCert: true, rejectUnauthorized: true, ALPNProtocols: ["h2"] };
    listener = tls.createServer({ ...options, maxVersion: version }, (socket) => server.handle(socket));
    listener.on("tlsClientError", () => {});
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  });

  afterAll(async () => {
    await server.close();
    await new Promise((resolve) => listener.close(resolve));
  });

  const dial = (identity: Identity, ALPNProtocols = ["h2"]) => {
    const { port } = listener.address() as { port: number };
    return tls.connect({
      ...identity,
      port,
      host: "127.0.0.1",
      servername: "localhost",
      ca: plugin.cert,
      ALPNProtocols,
    });
  };

  test("calls of all kinds", async () => {
    const channel = new Channel(() => dial(host));
    const client = createClient(channel, textService);
    await channel.connect();
    const big = "x".repeat(3_000_000);
    expect(await client.unary(big)).toBe(big);
    expect(await collect(client.serverStream("a b"))).toEqual(["a", "b"]);
    expect(await client.clientStream(["a", "b"])).toBe("a b");
    expect(await collect(client.bidi([big, "b"]))).toEqual([big, "b"]);
    await channel.close();
  });

  test("each call to a server that refuses the client fails with the reason and dials again", async () => {
    let dials = 0;
    const channel = new Channel(() => {
      dials++;
      return dial(stranger);
    });
    const client = createClient(channel, textService);
    const refused = {
      code: Status.UNAVAILABLE,
      details: expect.stringMatching(/^connection error: ./),
      cause: expect.any(Error),
    };
    await expect(client.unary("x")).rejects.toMatchObject(refused);
    await expect(collect(client.bidi(["x"]))).rejects.toMatchObject(refused);
    await expect(channel.connect()).rejects.toMatchObject(refused);
    expect(dials).toBe(3);
    await channel.close();
  });

  test("a server that the client refuses", async () => {
    const { port } = listener.address() as { port: number };
    const options = {
      ...host,
      port,
      host: "127.0.0.1",
      servername: "localhost",
      ca: stranger.cert,
      ALPNProtocols: ["h2"],
    };
    const channel = new Channel(() => tls.connect(options));
    const client = createClient(channel, textService);
    await expect(client.unary("x")).rejects.toMatchObject({
      code: Status.UNAVAILABLE,
      details: expect.stringMatching(/self-signed|unable to verify/),
    });
    await channel.close();
  });

  test("a client that does not speak h2 is dropped", async () => {
    const socket = dial(host, ["http/1.1"]);
    socket.on("error", () => {}).resume();
    await until(() => socket.destroyed);
  });
});
