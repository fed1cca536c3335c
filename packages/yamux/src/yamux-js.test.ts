import { once } from "node:events";
import type { Duplex } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { Client, Server } from "yamux-js";
import { Session } from "./index.js";
import { socketPair } from "./testing/socket-pair.js";
import { until } from "./testing/until.js";

// yamux-js loses frames that are split over two reads and never sees a FIN: small frames, one after the other, it can.
const config = { enableKeepAlive: false, logger: () => {} };

async function roundTrips(stream: Duplex): Promise<void> {
  for (let count = 0; count < 100; count++) {
    stream.write(`message ${count}`);
    const [answer] = (await once(stream, "data")) as [Buffer];
    expect(String(answer)).toBe(`message ${count}`);
  }
}

async function echoingServer(): Promise<Session> {
  const [near, far] = await socketPair();
  const server = new Server((stream) => stream.on("data", (chunk: Buffer) => stream.write(chunk)), config);
  far.pipe(server).pipe(far);
  server.on("error", () => {});
  const session = new Session(near, { role: "client" });
  onTestFinished(() => session.close());
  return session;
}

async function client(): Promise<{ session: Session; peer: Client }> {
  const [near, far] = await socketPair();
  const peer = new Client(config);
  far.pipe(peer).pipe(far);
  const session = new Session(near, { role: "server" });
  onTestFinished(() => session.close());
  return { session, peer };
}

test("a yamux-js server answers on several streams", async () => {
  const session = await echoingServer();
  for (const stream of [session.open(), session.open(), session.open()]) await roundTrips(stream);
});

test("a yamux-js client is answered on several streams", async () => {
  const { session, peer } = await client();
  void (async () => {
    for await (const stream of session) stream.pipe(stream);
  })();
  for (const stream of [peer.open(), peer.open(), peer.open()]) await roundTrips(stream);
});

test("pings are answered", async () => {
  const session = await echoingServer();
  expect(await session.ping()).toBeGreaterThan(0);
});

test("its half close is the end of the stream", async () => {
  const { session, peer } = await client();
  const theirs = peer.open();
  theirs.write("goodbye");
  theirs.close();
  const stream = await session.accept();
  let read = "";
  stream.on("data", (chunk) => {
    read += chunk;
  });
  await once(stream, "end");
  expect(read).toBe("goodbye");
});

test("its close ends the session in order", async () => {
  const { session, peer } = await client();
  peer.close();
  expect(await session.closed).toMatchObject({ code: "ERR_YAMUX_REMOTE_CLOSED" });
});

test("its credit is used: more than a window gets through, frame by frame", async () => {
  const [near, far] = await socketPair();
  let received = 0;
  const server = new Server(
    (stream) =>
      stream.on("data", (chunk: Buffer) => {
        received += chunk.length;
      }),
    config,
  );
  far.pipe(server).pipe(far);
  server.on("error", () => {});
  const session = new Session(near, { role: "client" });
  onTestFinished(() => session.close());
  const stream = session.open();
  for (let sent = 0; sent < 400_000; sent += 1000) {
    stream.write(Buffer.alloc(1000));
    await until(() => received === sent + 1000);
  }
});
