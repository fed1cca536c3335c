import { once } from "node:events";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, PassThrough } from "node:stream";
import { gob } from "@go-plugin/gob";
import { method, type RpcConnectionOptions } from "@go-plugin/netrpc";
import { Session, type Stream } from "@go-plugin/yamux";
import { afterEach, expect, test, vi } from "vitest";
import { maxUnclaimed } from "../broker.js";
import { netrpc } from "../definition.js";
import type { PluginContext } from "../implementation.js";
import { createLogger, type Logger, silentLogger } from "../logger/logger.js";
import type { StdioChunk, StdioSource } from "../stdio.js";
import { NetRpcBroker } from "./broker.js";
import { connectPlugin } from "./client.js";
import { servePlugins } from "./server.js";

const Greeter = {
  Greet: method(gob.string, gob.string),
  GreetThrough: method(gob.struct("ThroughArgs", { Name: gob.string, Logger: gob.uint32 }), gob.string),
};
const Log = { Log: method(gob.string, gob.emptyStruct) };

/** Output that a test writes by hand. */
class ManualStdio implements StdioSource {
  #chunks: StdioChunk[] = [];
  #ended = false;
  #wake: (() => void)[] = [];
  write(stream: "stdout" | "stderr", text: string) {
    this.#chunks.push({ stream, data: Buffer.from(text) });
    for (const wake of this.#wake.splice(0)) wake();
  }
  end() {
    this.#ended = true;
    for (const wake of this.#wake.splice(0)) wake();
  }
  async take({ signal, stream }: { signal: AbortSignal; stream?: "stdout" | "stderr" }) {
    while (!signal.aborted) {
      const index = this.#chunks.findIndex((chunk) => !stream || chunk.stream === stream);
      if (index >= 0) return this.#chunks.splice(index, 1)[0];
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    return undefined;
  }
}

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

let paths = 0;
async function start(
  broken: { readonly logger?: Logger; readonly greeter?: () => object } = {},
  connection: RpcConnectionOptions = {},
) {
  const set = netrpc({ greeter: Greeter }, connection);
  const stdio = new ManualStdio();
  const contexts: PluginContext[] = [];
  const server = servePlugins(
    set,
    {
      greeter: (context: PluginContext) => {
        if (broken.greeter) return broken.greeter();
        contexts.push(context);
        return {
          greet: (name: string) => `Hello, ${name}!`,
          async greetThrough({ Name, Logger }: { Name: string; Logger: number }) {
            await using logger = await context.broker.connect(Logger, Log);
            await logger.client.log(`Greeted ${Name}`);
            return `Hello, ${Name}!`;
          },
        };
      },
    },
    { version: 1, logger: broken.logger ?? silentLogger, stdio, flushTimeoutMs: 1_000 },
  );
  const path = join(tmpdir(), `proto-netrpc-${process.pid}-${paths++}`);
  const listener = createServer((socket) => server.handle(socket)).listen(path);
  await once(listener, "listening");
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const client = await connectPlugin(set, () => connect(path), { logger: silentLogger, stdout, stderr });
  opened.push({ close: () => listener.close() }, server, client);
  type GreeterClient = { greet(name: string): Promise<string>; greetThrough(args: object): Promise<string> };
  const dispense = async () => (await client.dispense("greeter")) as GreeterClient;
  return { client, server, stdio, stdout, stderr, contexts, dispense, path };
}

test("ping, dispense, call; each dispensed plugin is an implementation of its own", async () => {
  const { client, dispense, contexts } = await start();
  await client.ping();
  expect(await (await dispense()).greet("Alice")).toBe("Hello, Alice!");
  expect(await (await dispense()).greet("Bob")).toBe("Hello, Bob!");
  expect(contexts).toHaveLength(2);
});

test("an unknown name, on either side; control stays usable", async () => {
  const { client, path } = await start();
  await expect(client.dispense("nope")).rejects.toThrow("unknown plugin type: nope. This version has: greeter");
  const other = await connectPlugin(netrpc({ nope: Greeter }), () => connect(path), { logger: silentLogger });
  opened.push(other);
  await expect(other.dispense("nope")).rejects.toThrow("unknown plugin type: nope");
  await other.ping();
});

test("a factory that throws: the host has the text, the plugin's log the error", async () => {
  const logged: unknown[] = [];
  const logger = createLogger((level, message, fields) => logged.push({ level, message, ...fields }));
  const broken = new Error("no database");
  const { client } = await start({
    logger,
    greeter: () => {
      throw broken;
    },
  });
  await expect(client.dispense("greeter")).rejects.toThrow("no database");
  expect(logged).toEqual([
    { level: "error", message: "plugin could not be dispensed", plugin: "greeter", error: broken },
  ]);
  await client.ping();
});

test("the plugin calls back through the broker", async () => {
  const { client, dispense } = await start();
  const logged: string[] = [];
  const logger = client.broker.serve(Log, {
    log: (line) => {
      logged.push(line);
      return {};
    },
  });
  expect(await (await dispense()).greetThrough({ Name: "Bob", Logger: logger.id })).toBe("Hello, Bob!");
  expect(logged).toEqual(["Greeted Bob"]);
  await logger.close();
});

test("the host connects to what the plugin serves, before and after it does", async () => {
  const { client, dispense, contexts } = await start();
  await dispense();
  const early = client.broker.connect(77, Log);
  const logged: string[] = [];
  contexts[0]!.broker.serve(
    Log,
    {
      log: (line) => {
        logged.push(line);
        return {};
      },
    },
    { id: 77 },
  );
  await (await early).client.log("early");
  await (await client.broker.connect(77, Log)).client.log("late");
  expect(logged).toEqual(["early", "late"]);
});

test("a yamux go-away during the start is noticed at once, even if the streams stay open", async () => {
  const pluginToHost = new PassThrough();
  const hostToPlugin = new PassThrough();
  const plugin = new Session(Duplex.from({ readable: hostToPlugin, writable: pluginToHost }), { role: "server" });
  opened.push({ close: () => plugin.close() });
  const started = connectPlugin(
    netrpc({ greeter: Greeter }),
    () => Duplex.from({ readable: pluginToHost, writable: hostToPlugin }),
    {
      logger: silentLogger,
    } as never,
  );
  started.catch(() => {});
  for (let streams = 0; streams < 3; streams++) await plugin.accept();
  plugin.goAway();
  await expect(started).rejects.toThrow("got a yamux go-away");
});

test("a set's limits hold on every connection: dispensed, brokered, on either side", async () => {
  const { client, dispense, contexts } = await start({}, { maxMessageBytes: 1_000 });
  const long = "x".repeat(1_000);
  const exceeded = expect.stringContaining("1000 are allowed");
  await expect((await dispense()).greet(long)).rejects.toMatchObject({ code: "ERR_RPC_SERVER", message: exceeded });
  await expect((await dispense()).greet(long.slice(5))).rejects.toMatchObject({
    code: "ERR_RPC_REPLY",
    message: exceeded,
  });
  const echo = { log: () => ({}) };
  const [inPlugin, inHost] = [contexts[0]!.broker.serve(Log, echo, { id: 41 }), client.broker.serve(Log, echo)];
  for (const [broker, { id }] of [
    [client.broker, inPlugin],
    [contexts[0]!.broker, inHost],
  ] as const) {
    const { client: logger } = await broker.connect(id, Log);
    await logger.log("short");
    await expect(logger.log(long)).rejects.toMatchObject({ code: "ERR_RPC_SERVER", message: exceeded });
  }
  await client.ping();
  await expect(client.dispense("greeter")).resolves.toBeDefined();
});

test("an invalid limit is refused with the definition", () => {
  expect(() => netrpc({ greeter: Greeter }, { maxDepth: 0 })).toThrow(
    "option maxDepth must be a number above 0, got 0",
  );
});

test("raw streams", async () => {
  const { client, dispense, contexts } = await start();
  await dispense();
  const accepted = client.broker.accept(5);
  const dialed = await contexts[0]!.broker.dial(5);
  dialed.write("ping");
  const stream = await accepted;
  expect(String((await once(stream, "data"))[0])).toBe("ping");
  stream.end("pong");
  expect(String((await once(dialed, "data"))[0])).toBe("pong");
});

test("an early dialer is accepted, and nobody after it", async () => {
  const { client, dispense, contexts } = await start();
  await dispense();
  const early = contexts[0]!.broker.dial(6);
  await client.ping();
  await client.broker.accept(6);
  await early;
  await expect(contexts[0]!.broker.dial(6, { timeoutMs: 20 })).rejects.toMatchObject({ code: "ERR_BROKER_TIMEOUT" });
});

test("nobody accepts, nobody dials: errors in time that name the id", async () => {
  const { client } = await start();
  const timeoutMs = 20;
  await expect(client.broker.dial(9, { timeoutMs })).rejects.toMatchObject({
    code: "ERR_BROKER_TIMEOUT",
    message: /id 9/,
  });
  await expect(client.broker.accept(9, { timeoutMs })).rejects.toMatchObject({
    code: "ERR_BROKER_TIMEOUT",
    message: /id 9/,
  });
});

test("a dialer that has closed its stream is not accepted", async () => {
  const { client, dispense, contexts } = await start();
  await dispense();
  await expect(contexts[0]!.broker.dial(11, { timeoutMs: 20 })).rejects.toMatchObject({ code: "ERR_BROKER_TIMEOUT" });
  await client.ping();
  const dialing = contexts[0]!.broker.dial(11);
  await client.ping();
  const accepted = await client.broker.accept(11);
  (await dialing).end("alive");
  expect(String((await once(accepted, "data"))[0])).toBe("alive");
});

test("dialing on a connection that has ended says so", async () => {
  const { client, server, dispense, contexts } = await start();
  await dispense();
  const dialing = client.broker.dial(13);
  dialing.catch(() => {});
  await server.close();
  await expect(dialing).rejects.toMatchObject({ code: "ERR_BROKER_CLOSED", message: /id 13/ });
  await expect(client.broker.dial(14)).rejects.toMatchObject({ code: "ERR_BROKER_CLOSED", message: /id 14/ });
  await expect(contexts[0]!.broker.dial(15)).rejects.toMatchObject({ code: "ERR_BROKER_CLOSED" });
});

test("nothing can be offered on a connection that has ended", async () => {
  const { client, server, dispense, contexts } = await start();
  await dispense();
  await server.close();
  await client.closed;
  client.close();
  const { broker } = contexts[0]!;
  for (const closed of [client.broker, broker]) {
    await vi.waitFor(() => expect(() => closed.serve(Log, { log: () => ({}) }, { id: 16 })).toThrow(/id 16/));
    await expect(closed.accept(17)).rejects.toMatchObject({ code: "ERR_BROKER_CLOSED", message: /id 17/ });
  }
});

test.each([-1, 1.5, 2 ** 32, Number.NaN])("%d is no id", async (id) => {
  const { client } = await start();
  const open = vi.spyOn(Session.prototype, "open");
  await expect(client.broker.dial(id)).rejects.toThrow(RangeError);
  await expect(client.broker.accept(id)).rejects.toThrow(RangeError);
  expect(() => client.broker.serve(Log, { log: () => ({}) }, { id })).toThrow(RangeError);
  expect(open).not.toHaveBeenCalled();
  open.mockRestore();
});

test("output arrives on its own stream, to the last byte before the answer to Quit", async () => {
  const { client, server, stdio, stdout, stderr } = await start();
  stdio.write("stdout", "out 1\n");
  stdio.write("stderr", "err 1\n");
  await vi.waitFor(() => expect(stdout.readableLength).toBe(6));
  stdio.write("stdout", "out 2\n");
  await client.shutdown({ timeoutMs: 5_000 });
  await server.shutdownRequested;
  await client.closed;
  expect(String(stdout.read())).toBe("out 1\nout 2\n");
  expect(String(stderr.read())).toBe("err 1\n");
});

test("the plugin's signal is aborted before the answer to Quit", async () => {
  const { client, dispense, contexts } = await start();
  await dispense();
  await client.shutdown({ timeoutMs: 5_000 });
  expect(contexts[0]!.signal.aborted).toBe(true);
});

test("a lost connection fails waiting calls", async () => {
  const { client, server, dispense } = await start();
  const greeter = await dispense();
  await server.close();
  await expect(greeter.greet("x")).rejects.toMatchObject({ code: "ERR_RPC_CONNECTION" });
  await expect(client.ping()).rejects.toMatchObject({ code: "ERR_RPC_CONNECTION" });
});

test("the number of streams without an id is limited", async () => {
  const broker = new NetRpcBroker({} as Session, undefined, silentLogger);
  const streams = Array.from({ length: maxUnclaimed + 10 }, () => new Duplex({ read() {} }));
  for (const stream of streams) void broker.receive(stream as Stream);
  expect(streams.filter(({ destroyed }) => destroyed)).toHaveLength(10);
  await broker.close();
  await vi.waitFor(() => expect(streams.every(({ destroyed }) => destroyed)).toBe(true));
});
