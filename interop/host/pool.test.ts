import { fromTsProto, grpc, netrpc, type PoolEvent, pool } from "@go-plugin/host";
import { definePlugins } from "@go-plugin/proto";
import { Kv } from "@go-plugin/test/kv-netrpc";
import { test } from "@go-plugin/test/sandbox";
import { expect, vi } from "vitest";
import { KVDefinition } from "../../examples/kv/src/gen/kv.js";
import { goProgram } from "../src/build-go.js";

const plugins = definePlugins({
  magicCookieKey: "BASIC_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ kv_grpc: fromTsProto(KVDefinition) }) },
});
const netRpcPlugins = definePlugins({ ...plugins, versions: { 1: netrpc({ kv: Kv }) } });

const maxInFlight = 8;
const kills = 6;

/** Calls a pool of Go plugins from many sides while its processes are killed. */
async function underLoad(
  processes: {
    readonly events: AsyncIterable<PoolEvent>;
    stats(): Promise<{ readonly processes: readonly { readonly pid: number | undefined; readonly failed: number }[] }>;
  },
  call: (key: string) => Promise<unknown>,
): Promise<unknown[]> {
  const exits: PoolEvent[] = [];
  void (async () => {
    for await (const event of processes.events) if (event.type === "exited") exits.push(event);
  })();
  let running = true;
  let answered = 0;
  const failures: unknown[] = [];
  const load = Array.from({ length: 64 }, async (_, caller) => {
    for (let n = 0; running; n++) {
      await call(`${caller}-${n % 10}`).then(
        () => answered++,
        (error) => failures.push(error),
      );
    }
  });
  for (let kill = 1; kill <= kills; kill++) {
    const alive = (await processes.stats()).processes.flatMap(({ pid }) => pid ?? []);
    process.kill(alive[(kill * 7) % alive.length]!, "SIGKILL");
    await vi.waitFor(() => expect(exits).toHaveLength(kill), 20_000);
    const before = answered;
    await vi.waitFor(() => expect(answered).toBeGreaterThan(before + 500), 20_000);
  }
  running = false;
  await Promise.all(load);
  const stats = await processes.stats();
  expect(stats.processes.reduce((sum, { failed }) => sum + failed, 0)).toBe(failures.length);
  // The most calls that one process had in flight.
  expect(failures.length).toBeLessThanOrEqual(kills * maxInFlight);
  return failures;
}

const restart = { firstDelayMs: 1, maxRestarts: Number.POSITIVE_INFINITY };

test.for([
  ["plain", {}],
  ["AutoMTLS", { autoMtls: true }],
] as const)("Go plugins killed at random lose only their own calls, over gRPC (%s)", async ([, more], { sandbox }) => {
  await using processes = await pool(plugins, {
    command: goProgram("kv-plugin"),
    args: ["grpc"],
    env: sandbox.env,
    size: 3,
    maxInFlight,
    restart,
    ...more,
  });
  const kv = await processes.dispense("kv_grpc");
  const failures = await underLoad(processes, (key) => kv.put({ key, value: Buffer.from(key) }));
  for (const failure of failures) expect(failure).toMatchObject({ code: 14 });
  // Each process has a memory of its own, and each key its process.
  const keys = Array.from({ length: 20 }, (_, n) => `key ${n}`);
  await Promise.all(keys.map((key) => kv.put({ key, value: Buffer.from(key) }, { affinity: key })));
  for (const key of keys) {
    expect(String(Buffer.from((await kv.get({ key }, { affinity: key })).value))).toBe(key);
  }
  const elsewhere = await processes.each(async (process) => {
    const own = await process.dispense("kv_grpc");
    return (await Promise.allSettled(keys.map((key) => own.get({ key })))).filter(
      ({ status }) => status === "fulfilled",
    );
  });
  expect(elsewhere.map((found) => found.length).reduce((sum, found) => sum + found, 0)).toBe(keys.length);
});

test("Go plugins killed at random lose only their own calls, over net/rpc", async ({ sandbox }) => {
  await using processes = await pool(netRpcPlugins, {
    command: goProgram("kv-plugin"),
    args: ["netrpc"],
    env: sandbox.env,
    size: 3,
    maxInFlight,
    restart,
  });
  const kv = await processes.dispense("kv");
  const failures = await underLoad(processes, (key) => kv.put({ key, value: Buffer.from(key) }));
  for (const failure of failures) expect(failure).toMatchObject({ code: "ERR_RPC_CONNECTION" });
});

test("Go plugins are replaced without losing a call", async ({ sandbox }) => {
  await using processes = await pool(plugins, {
    command: goProgram("kv-plugin"),
    args: ["grpc"],
    env: sandbox.env,
    size: 2,
  });
  const kv = await processes.dispense("kv_grpc");
  let running = true;
  let calls = 0;
  const load = Array.from({ length: 32 }, async (_, n) => {
    for (; running; calls++) await kv.put({ key: `${n}`, value: new Uint8Array() });
  });
  const before = await processes.each(({ pid }) => pid);
  for (let restarts = 0; restarts < 3; restarts++) {
    await processes.restart();
    const sofar = calls;
    await vi.waitFor(() => expect(calls).toBeGreaterThan(sofar + 100), 20_000);
  }
  running = false;
  await Promise.all(load);
  expect((await processes.each(({ pid }) => pid)).filter((pid) => before.includes(pid))).toEqual([]);
});
