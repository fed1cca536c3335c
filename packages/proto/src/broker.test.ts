import { once } from "node:events";
import { Duplex } from "node:stream";
import { gob } from "@go-plugin/gob";
import { method } from "@go-plugin/netrpc";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Broker } from "./broker.js";
import { BrokerResources } from "./broker-resources.js";
import { definePlugins, grpc, netrpc } from "./definition.js";
import { firstConnection } from "./first-connection.js";
import { GrpcBroker } from "./grpc/broker.js";
import { silentLogger } from "./logger/logger.js";
import { testPlugin } from "./testing/index.js";
import { createSecurity } from "./tls/index.js";

const asIs = (bytes: Uint8Array): Uint8Array => bytes;
const serializers = {
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
};
const Bytes = {
  echo: { path: "/test.Bytes/Echo", requestStream: false, responseStream: false, ...serializers },
} as const;
const Streams = {
  ...Bytes,
  repeat: { path: "/test.Bytes/Repeat", requestStream: false, responseStream: true, ...serializers },
} as const;
const Text = { Echo: method(gob.string, gob.string) };
const plugins = definePlugins({
  magicCookieKey: "A",
  magicCookieValue: "b",
  versions: { 1: grpc({ bytes: Bytes }), 2: netrpc({ text: Text }) },
});

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
});

async function openBrokers(version: 1 | 2, multiplex: boolean): Promise<{ host: Broker; plugin: Broker }> {
  let plugin: Broker | undefined;
  const tested = await testPlugin(
    plugins,
    {
      1: {
        bytes: ({ broker }) => {
          plugin = broker;
          return { echo: (bytes) => bytes };
        },
      },
      2: {
        text: ({ broker }) => {
          plugin = broker;
          return { echo: (text) => text };
        },
      },
    },
    { version, multiplex },
  );
  opened.push(tested);
  if (tested.version === 2) await tested.dispense("text");
  return { host: tested.broker, plugin: plugin! };
}

const silent = () => new Duplex({ read() {}, write: (_, __, done) => done() });

test.each([false, true])("several services under one id are one definition (multiplexed: %s)", async (multiplex) => {
  const Both = { ...Bytes, reverse: { ...Bytes.echo, path: "/test.Other/Echo" } };
  const { host, plugin } = await openBrokers(1, multiplex);
  await using served = host.serve(Both, { echo: (bytes) => bytes, reverse: (bytes) => bytes.slice().reverse() });
  await using connection = await plugin.connect(served.id, Both);
  const { echo, reverse } = connection.client;
  expect([...(await echo(Buffer.of(1, 2))), ...(await reverse(Buffer.of(1, 2)))]).toEqual([1, 2, 2, 1]);
});

describe.each([
  ["gRPC, plain", 1, false],
  ["gRPC, multiplexed", 1, true],
  ["net/rpc", 2, false],
] as const)("%s", (_, version, multiplex) => {
  const service = version === 1 ? Bytes : Text;
  const serve = (broker: Broker, id?: number) => {
    const options = id === undefined ? {} : { id };
    return version === 1
      ? broker.serve(Bytes, { echo: (bytes) => bytes }, options)
      : broker.serve(Text, { echo: (text) => text }, options);
  };

  test("a signal cancels waiting calls, with its reason", async () => {
    const { host } = await openBrokers(version, multiplex);
    const reason = new Error("enough");
    for (const begin of [
      (signal: AbortSignal) => host.connect(1, service, { signal }),
      (signal: AbortSignal) => host.dial(1, { signal }),
      (signal: AbortSignal) => host.accept(1, { signal }),
    ]) {
      const controller = new AbortController();
      const waiting = expect(begin(controller.signal)).rejects;
      controller.abort(reason);
      await waiting.toMatchObject({ code: "ERR_BROKER_ABORTED", message: /id 1 was aborted/, cause: reason });
      await expect(begin(controller.signal)).rejects.toMatchObject({ code: "ERR_BROKER_ABORTED", cause: reason });
    }
  });

  test("errors show who asked, of the broker and of calls to what was brokered", async () => {
    const { host, plugin } = await openBrokers(version, multiplex);
    async function usersFunction() {
      await host.connect(99, service, { timeoutMs: 20 });
    }
    expect((await usersFunction().catch((error) => error)).stack).toContain("usersFunction");
    const fails = () => {
      throw new Error("boom");
    };
    const { id } =
      version === 1 ? plugin.serve(Streams, { echo: fails, repeat: fails }) : plugin.serve(Text, { echo: fails });
    const { client } = await host.connect(id, version === 1 ? Streams : Text);
    async function usersCall(read: () => Promise<unknown>) {
      await read();
    }
    const calls: (() => Promise<unknown>)[] = [
      () => (client as { echo(x: unknown): Promise<unknown> }).echo(version === 1 ? Buffer.of(1) : "x"),
    ];
    if (version === 1) {
      const { repeat } = client as unknown as { repeat(x: unknown): AsyncIterable<unknown> };
      calls.push(async () => {
        for await (const _ of repeat(Buffer.of(1)));
      });
    }
    for (const call of calls) {
      const error = await usersCall(call).catch((reason) => reason);
      expect(error.method).toMatch(/Echo|Repeat/);
      expect(error.stack).toContain("usersCall");
    }
  });

  test("a signal that aborts later does not close a connection", async () => {
    const { host, plugin } = await openBrokers(version, multiplex);
    const { signal, abort } = abortable();
    const [accepted, dialed] = await Promise.all([plugin.accept(1, { signal }), host.dial(1, { signal })]);
    abort();
    dialed.write("hello");
    expect(String(await once(accepted, "data"))).toBe("hello");
  });

  test("a cancelled dial does not delay the next one", async () => {
    const { host, plugin } = await openBrokers(version, multiplex);
    const { signal, abort } = abortable();
    const given = expect(host.dial(1, { signal })).rejects;
    abort();
    await given.toMatchObject({ code: "ERR_BROKER_ABORTED" });
    const [accepted, dialed] = await Promise.all([plugin.accept(2), host.dial(2)]);
    dialed.write("hello");
    expect(String(await once(accepted, "data"))).toBe("hello");
  });

  test("raw connections end with the broker of either side", async () => {
    for (const closed of ["host", "plugin"] as const) {
      const brokers = await openBrokers(version, multiplex);
      const pair = await Promise.all([brokers.plugin.accept(1), brokers.host.dial(1)]);
      const ends = pair.map(ended);
      await (brokers[closed] as Broker & { close(): Promise<void> }).close();
      await Promise.all(ends);
    }
  });

  test("a closed broker refuses new connections and cancels waiting ones", async () => {
    const { host } = await openBrokers(version, multiplex);
    const accepting = expect(host.accept(8)).rejects;
    const connecting = expect(host.connect(9, service)).rejects;
    await (host as Broker & { close(): Promise<void> }).close();
    await accepting.toMatchObject({ code: "ERR_BROKER_CLOSED", message: /closed while accepting id 8/ });
    await connecting.toMatchObject({ code: "ERR_BROKER_CLOSED", message: /closed while connecting to id 9/ });
    expect(() => serve(host, 1)).toThrow("the broker is closed: serving id 1");
    for (const late of [host.accept(2), host.dial(3), host.connect(4, service)]) {
      await expect(late).rejects.toMatchObject({
        code: "ERR_BROKER_CLOSED",
        message: /^the broker is closed: .*id \d$/,
      });
    }
  });
});

test.each([false, true])("who accepts and says nothing is not waited for, multiplexed %s", async (multiplex) => {
  const { host, plugin } = await openBrokers(1, multiplex);
  const accepting = plugin.accept(1);
  await expect(host.connect(1, Bytes, { timeoutMs: 100 })).rejects.toMatchObject({
    code: "ERR_BROKER_TIMEOUT",
    message: "timeout connecting to id 1: the other side did not answer within 100 ms",
  });
  await ended(await accepting);
});

test("the time in the queue of knocks does not count, and a signal ends it", async () => {
  const { host, plugin } = await openBrokers(1, true);
  const first = host.dial(1, { timeoutMs: 300 });
  const second = host.dial(2, { timeoutMs: 200 });
  const third = host.dial(3, { signal: AbortSignal.timeout(10) });
  await expect(third).rejects.toMatchObject({ code: "ERR_BROKER_ABORTED" });
  const accepted = plugin.accept(2);
  await expect(first).rejects.toMatchObject({ code: "ERR_BROKER_TIMEOUT", message: /id 1/ });
  await second;
  await accepted;
});

test("a TLS handshake that is not answered ends in time, and its connection with it", async () => {
  const connection = silent();
  const transport = { listen: () => ({ close() {} }), resolve: async () => async () => connection, close() {} };
  const broker = new GrpcBroker(transport, createSecurity({}, "grpc"), silentLogger);
  for (const begin of [() => broker.dial(1, { timeoutMs: 50 }), () => broker.connect(1, Bytes, { timeoutMs: 50 })]) {
    await expect(begin()).rejects.toMatchObject({ code: "ERR_BROKER_TIMEOUT" });
    expect(connection.destroyed).toBe(true);
  }
});

test("accept fails with the reason when there can be no socket", async () => {
  const { host } = await openBrokers(1, false);
  vi.stubEnv("TMPDIR", "/nonexistent");
  await expect(host.accept(1)).rejects.toMatchObject({ code: "ERR_SOCKET_LISTEN", message: /\/nonexistent\/plugin/ });
});

test("a connection that comes when another was accepted, or when time is up, is destroyed", async () => {
  const open = new BrokerResources();
  const [first, second, late] = [silent(), silent(), silent()];
  let connect = (_: Duplex) => {};
  const close = vi.fn();
  const accept = () =>
    open.attempt("accepting id 1", { timeoutMs: 20 }, (deadline) =>
      firstConnection((onConnection) => {
        connect = onConnection;
        return { close };
      }, deadline.signal),
    );
  const accepted = accept();
  connect(first);
  connect(second);
  expect(await accepted).toBe(first);
  expect([first.destroyed, second.destroyed]).toEqual([false, true]);
  await expect(accept()).rejects.toMatchObject({ code: "ERR_BROKER_TIMEOUT" });
  connect(late);
  expect(late.destroyed).toBe(true);
  expect(close).toHaveBeenCalledTimes(2);
});

/** Resolves when the other side sends nothing more. */
function ended(connection: Duplex): Promise<unknown> {
  connection.on("error", () => {}).resume();
  return Promise.race([once(connection, "end"), once(connection, "close")]);
}

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

test.each([-1, 1.5, 2 ** 32, Number.NaN])("%d is no id for gRPC's broker either", async (id) => {
  const { host } = await openBrokers(1, false);
  await expect(host.dial(id)).rejects.toThrow(RangeError);
  await expect(host.accept(id)).rejects.toThrow(RangeError);
  await expect(host.connect(id, Bytes)).rejects.toThrow(RangeError);
  expect(() => host.serve(Bytes, { echo: asIs }, { id })).toThrow(RangeError);
});
