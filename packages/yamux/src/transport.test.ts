import { once } from "node:events";
import * as http2 from "node:http2";
import type { Duplex } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import * as tls from "node:tls";
import { expect, test } from "vitest";
import { Session } from "./index.js";
import { socketPair } from "./testing/socket-pair.js";
import { synchronousPair } from "./testing/synchronous-pair.js";
import { until } from "./testing/until.js";

// A shared key needs no certificates, and is otherwise the same TLS.
const psk = {
  pskCallback: () => ({ psk: Buffer.alloc(32, 7), identity: "test" }),
  ciphers: "PSK",
  maxVersion: "TLSv1.2" as const,
};
const serverPsk = { ...psk, pskCallback: () => Buffer.alloc(32, 7), ALPNProtocols: ["h2"] };

const connections: [string, () => Promise<[Duplex, Duplex]>][] = [
  ["a socket", socketPair],
  ["a pair in this process that delivers synchronously", async () => synchronousPair()],
];

function echo(server: http2.Http2Server): void {
  server.on("stream", (stream) => {
    stream.respond({ ":status": 200 });
    stream.pipe(stream);
  });
}

async function callBothWays(
  sessions: readonly Session[],
  connect: (stream: Duplex) => Promise<http2.ClientHttp2Session>,
) {
  const bytes = Buffer.alloc(1_000_000, "0123456789abcdef");
  for (const session of sessions) {
    const client = await connect(session.open());
    const bodies = await Promise.all(
      Array.from({ length: 8 }, () => {
        const request = client.request({ ":method": "POST" });
        request.end(bytes);
        return buffer(request);
      }),
    );
    for (const body of bodies) expect(body.equals(bytes)).toBe(true);
    client.close();
    await once(client, "close");
  }
  await until(() => sessions.every((session) => session.streams === 0));
  await Promise.all(sessions.map((session) => session.close()));
}

test.each(connections)("HTTP/2 runs over streams in both directions, over %s", async (_name, connection) => {
  const [near, far] = await connection();
  const sessions = [new Session(near, { role: "client" }), new Session(far, { role: "server" })];
  for (const session of sessions) {
    const server = http2.createServer();
    echo(server);
    void (async () => {
      for await (const stream of session) server.emit("connection", stream);
    })();
  }
  await callBothWays(sessions, async (stream) => http2.connect("http://unused", { createConnection: () => stream }));
});

test.each(connections)("HTTP/2 over TLS runs over streams in both directions, over %s", async (_name, connection) => {
  const [near, far] = await connection();
  const sessions = [new Session(near, { role: "client" }), new Session(far, { role: "server" })];
  for (const session of sessions) {
    const server = http2.createSecureServer(serverPsk);
    echo(server as unknown as http2.Http2Server);
    void (async () => {
      for await (const stream of session) server.emit("connection", stream);
    })();
  }
  await callBothWays(sessions, async (stream) => {
    const socket = tls.connect({ ...psk, socket: stream, ALPNProtocols: ["h2"], checkServerIdentity: () => undefined });
    await once(socket, "secureConnect");
    return http2.connect("https://unused", { createConnection: () => socket });
  });
});

test("a session runs over TLS", async () => {
  const [near, far] = await socketPair();
  const accepting = new Promise<Duplex>((resolve) => {
    const server = tls.createServer(serverPsk, resolve);
    server.emit("connection", far);
  });
  const client = new Session(tls.connect({ ...psk, socket: near, checkServerIdentity: () => undefined }), {
    role: "client",
  });
  const server = new Session(await accepting, { role: "server" });
  client.open().end("through the tunnel");
  expect(await text(await server.accept())).toBe("through the tunnel");
  await client.close();
  expect(await server.closed).toMatchObject({ code: "ERR_YAMUX_REMOTE_CLOSED" });
});

test("a session runs over a stream of another session", async () => {
  const [near, far] = await socketPair();
  const outer = [new Session(near, { role: "client" }), new Session(far, { role: "server" })] as const;
  const inner = [
    new Session(outer[0].open(), { role: "server" }),
    new Session(await outer[1].accept(), { role: "client" }),
  ] as const;
  inner[1].open().end("turtles");
  expect(await text(await inner[0].accept())).toBe("turtles");
  await Promise.all([inner[0].close(), inner[1].close()]);
  await until(() => outer[0].streams === 0 && outer[1].streams === 0);
  await Promise.all([outer[0].close(), outer[1].close()]);
});
