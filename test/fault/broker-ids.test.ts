import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gob } from "@go-plugin/gob";
import { type Broker, definePlugins, grpc, method, netrpc } from "@go-plugin/proto";
import { testPlugin } from "@go-plugin/proto/testing";
import { afterAll, expect, test, vi } from "vitest";
import { faultService } from "../src/fault-service.js";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const directory = mkdtempSync(join(tmpdir(), "broker-ids-"));
vi.stubEnv("TMPDIR", directory);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

const Echo = { Echo: method(gob.string, gob.string) };
const plugins = definePlugins({
  magicCookieKey: "A",
  magicCookieValue: "b",
  versions: { 1: grpc({ fault: faultService }), 2: netrpc({ echo: Echo }) },
});

/** Both sides of a broker. */
interface Sides {
  readonly host: Broker;
  readonly plugin: Broker;
}

async function openSides(version: 1 | 2, multiplex: boolean): Promise<Sides & AsyncDisposable> {
  let plugin: Broker | undefined;
  const tested = await testPlugin(
    plugins,
    {
      1: {
        fault: ({ broker }) => {
          plugin = broker;
          return { call: (bytes) => bytes, stream: () => [] };
        },
      },
      2: {
        echo: ({ broker }) => {
          plugin = broker;
          return { echo: (text) => text };
        },
      },
    },
    { version, multiplex },
  );
  if (tested.version === 1) await tested.dispense("fault");
  else await tested.dispense("echo");
  return { host: tested.broker, plugin: plugin!, [Symbol.asyncDispose]: () => tested.close() };
}

/** A service that one side offers and the other one calls. */
async function serveAndCall(from: Broker, to: Broker, version: 1 | 2): Promise<void> {
  if (version === 1) {
    await using server = from.serve(faultService, { call: (bytes) => bytes, stream: () => [] });
    await using connection = await to.connect(server.id, faultService);
    expect(String(await connection.client.call(Buffer.from("hello")))).toBe("hello");
  } else {
    await using server = from.serve(Echo, { echo: (text) => text });
    await using connection = await to.connect(server.id, Echo);
    expect(await connection.client.echo("hello")).toBe("hello");
  }
}

/** A raw connection that the acceptor closes. */
async function acceptAndDial(from: Broker, to: Broker): Promise<void> {
  const id = from.nextId();
  const [accepted, dialed] = await Promise.all([from.accept(id), to.dial(id)]);
  dialed.resume();
  const closed = new Promise((resolve) => dialed.on("error", () => {}).on("close", resolve));
  accepted.destroy();
  dialed.end();
  await closed;
}

/** A service that nobody calls. */
async function serveAndClose(from: Broker, version: 1 | 2): Promise<void> {
  const server =
    version === 1
      ? from.serve(faultService, { call: (bytes) => bytes, stream: () => [] })
      : from.serve(Echo, { echo: (text) => text });
  await server.close();
}

async function useIds(count: number, { host, plugin }: Sides, version: 1 | 2): Promise<void> {
  for (let used = 0; used < count; used += 20) {
    const uses = Array.from({ length: 20 }, (_, index) => {
      const [from, to] = index % 2 === 0 ? [host, plugin] : [plugin, host];
      if (index < 2) return serveAndCall(from, to, version);
      return index < 6 ? acceptAndDial(from, to) : serveAndClose(from, version);
    });
    await Promise.all(uses);
  }
}

/** Open resources of the process. */
function held() {
  const kinds: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) kinds[kind] = (kinds[kind] ?? 0) + 1;
  collectGarbage();
  return { kinds, files: readdirSync(directory).length, heap: process.memoryUsage().heapUsed };
}

test.for([
  ["gRPC, plain", 1, false],
  ["gRPC, multiplexed", 1, true],
  ["net/rpc", 2, false],
] as const)("10,000 broker ids leave nothing: %s", { timeout: 120_000 }, async ([, version, multiplex]) => {
  const total = 10_000;
  await using sides = await openSides(version, multiplex);
  await useIds(total / 10, sides, version);
  const before = held();
  await useIds(total - total / 10, sides, version);
  // Closed connections go soon, and unclaimed offers expire.
  await passes(60_000, () => {
    const after = held();
    expect(after.files).toBe(before.files);
    for (const [kind, count] of Object.entries(after.kinds)) {
      expect(count, kind).toBeLessThanOrEqual(before.kinds[kind] ?? 0);
    }
    expect(after.heap - before.heap).toBeLessThan(2e6);
  });
});

/** Replaces vi.waitFor, whose own timers would be counted. */
async function passes(timeoutMs: number, check: () => void): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; await setTimeout(100)) {
    try {
      check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
