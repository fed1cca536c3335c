import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { Broker } from "../broker.js";
import { grpc } from "../definition.js";
import { createLogger, silentLogger } from "../logger/logger.js";
import { NoOutput } from "../stdio.js";
import { connectPlugin } from "./client.js";
import { servePlugins } from "./server.js";

const opened: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of opened.splice(0).reverse()) await close();
});

const asIs = (bytes: Uint8Array): Uint8Array => bytes;
const Echo = {
  echo: {
    path: "/test.Echo/Echo",
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
} as const;

let paths = 0;

/** A host and a plugin, the host's connections to it, and what the host logs at error level. */
async function start() {
  let plugin: Broker | undefined;
  const server = servePlugins(
    grpc({ echo: Echo }),
    {
      echo: ({ broker }: { broker: Broker }) => {
        plugin = broker;
        return { echo: asIs };
      },
    },
    { version: 1, logger: silentLogger, stdio: new NoOutput(), flushTimeoutMs: 1_000 },
  );
  const path = join(tmpdir(), `proto-broker-stream-${process.pid}-${paths++}`);
  const listener = createServer((socket) => server.handle(socket)).listen(path);
  await once(listener, "listening");
  const connections: Socket[] = [];
  const dial = () => {
    const socket = connect(path);
    connections.push(socket);
    return socket;
  };
  const errors: string[] = [];
  const logger = createLogger((level, message) => level === "error" && errors.push(message));
  const client = await connectPlugin(grpc({ echo: Echo }), dial, { logger });
  opened.push(
    () => listener.close(),
    () => server.close(),
    () => client.close(),
  );
  return { client, server, listener, connections, path, errors, host: client.broker, plugin: plugin! };
}

async function callBack(from: Broker, to: Broker): Promise<void> {
  await using served = from.serve(Echo, { echo: asIs });
  await using connection = await to.connect(served.id, Echo);
  expect(String(await connection.client.echo(Buffer.from("hello")))).toBe("hello");
}

async function callBackBothWays({ host, plugin }: { host: Broker; plugin: Broker }): Promise<void> {
  await callBack(host, plugin);
  await callBack(plugin, host);
}

test("the brokers' stream breaks, is opened again, and callbacks go both ways", async () => {
  const started = await start();
  await callBackBothWays(started);
  started.connections[0]!.destroy();
  // A message sent on a breaking connection is lost with it.
  await vi.waitFor(() => expect(started.connections).toHaveLength(2));
  await callBackBothWays(started);
  expect(started.errors).toEqual([]);
});

test("a stream that cannot be opened again takes the host's broker along, which is said", async () => {
  const { host, plugin, listener, connections, errors } = await start();
  await callBackBothWays({ host, plugin });
  const accepting = expect(host.accept(7)).rejects;
  listener.close();
  connections[0]!.destroy();
  await accepting.toMatchObject({ code: "ERR_BROKER_CLOSED" });
  expect(() => host.serve(Echo, { echo: asIs })).toThrow("the broker is closed");
  await vi.waitFor(() => expect(errors).toEqual([expect.stringMatching(/^the plugin's broker is lost/)]));
});

test("a plugin that drops the connection when asked to end, as Go's do, loses nothing", async () => {
  const { client, listener, connections, host, plugin, errors } = await start();
  await callBackBothWays({ host, plugin });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  listener.close();
  const told = client.shutdown({ timeoutMs: 5_000 });
  connections[0]!.destroy();
  await told;
  await vi.waitFor(() => expect(() => host.serve(Echo, { echo: asIs })).toThrow("the broker is closed"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(errors).toEqual([]);
});

test("a plugin that drops the connection when asked to end is not dialed again", async () => {
  const { client, connections, host, plugin } = await start();
  await callBackBothWays({ host, plugin });
  const told = client.shutdown({ timeoutMs: 5_000 });
  connections[0]!.destroy();
  await told;
  await vi.waitFor(() => expect(() => host.serve(Echo, { echo: asIs })).toThrow("the broker is closed"));
  expect(connections).toHaveLength(1);
});

test("a second client's stream does not take the broker of the first", async () => {
  const { client, host, plugin, path, connections } = await start();
  await callBack(plugin, host);
  const second = await connectPlugin(grpc({ echo: Echo }), () => connect(path), {
    logger: silentLogger,
  });
  opened.push(() => second.close());
  await second.ping();
  await callBack(plugin, host);
  await callBack(host, plugin);
  // The first client has gone, so the second one gets the broker.
  const [connection] = connections;
  client.close();
  if (!connection!.closed) await once(connection!, "close");
  await second.ping();
  await callBack(plugin, second.broker);
});
