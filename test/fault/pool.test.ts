import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  closeAll,
  type PluginPool,
  type PoolDiagnostics,
  type PoolEvent,
  type PoolOptions,
  pool,
  type StatusError,
} from "@go-plugin/host";
import { describe, expect, vi } from "vitest";
import { faultService } from "../src/fault-service.js";
import { recordLog } from "../src/log-recorder.js";
import { type Sandbox, test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";
import { supervisedPlugins } from "../src/supervised-service.js";

type Versions = (typeof supervisedPlugins)["versions"];
type Pool = PluginPool<Versions>;

/** Starts a pool of the fixture, whose answers are the pid of the process and the label. */
function start(sandbox: Sandbox, options: Partial<PoolOptions<Versions>> = {}): Promise<Pool> {
  const command = fixtureOptions(sandbox, "answers-with-its-pid", { allowedProtocols: ["grpc"] });
  return pool(supervisedPlugins, { ...command, restart: { firstDelayMs: 1 }, ...options });
}

async function caller(plugins: Pool) {
  const fault = await plugins.dispense("fault");
  return async (text: string, options = {}) => String(Buffer.from(await fault.call(Buffer.from(text), options)));
}

async function streamer(plugins: Pool) {
  if (plugins.version !== 1) throw new Error("expected gRPC");
  const fault = await plugins.dispense("fault");
  return (text: string, options = {}) => fault.stream(Buffer.from(text), options)[Symbol.asyncIterator]();
}

const pids = async (plugins: Pool) => plugins.each(({ pid }) => pid);

function record({ events }: Pool) {
  const recorded: PoolEvent[] = [];
  const ended = (async () => {
    for await (const event of events) recorded.push(event);
  })();
  const until = (type: PoolEvent["type"], count = 1) =>
    vi.waitFor(
      () => expect(recorded.filter((event) => event.type === type).length).toBeGreaterThanOrEqual(count),
      20_000,
    );
  return { recorded, ended, until };
}

const protocols = [
  ["gRPC", {}],
  ["AutoMTLS", { autoMtls: true }],
  ["a multiplexed connection", { multiplex: true }],
  ["net/rpc", { allowedProtocols: ["netrpc"] }],
] as const;

describe("calls", () => {
  test.for(protocols)("go to the process with the fewest in flight over %s", async ([, options], { sandbox }) => {
    await using plugins = await start(sandbox, { size: 3, ...options });
    const call = await caller(plugins);
    const hanging = [call("hang"), call("hang"), call("hang")];
    await vi.waitFor(async () => {
      expect((await plugins.stats()).processes.map(({ inFlight }) => inFlight)).toEqual([1, 1, 1]);
    });
    // Each has one: a fourth goes to the first, and is the only one that is answered.
    const all = await pids(plugins);
    expect(await call("pid")).toBe(String(all[0]));
    await plugins.each(async (process) => {
      const own = await process.dispense("fault");
      await own.call(Buffer.from("release"));
    });
    expect((await Promise.all(hanging)).sort()).toEqual(all.map(String).sort());
    const { processes, queued } = await plugins.stats();
    expect(queued).toBe(0);
    expect(processes.map(({ calls, failed, inFlight }) => ({ calls, failed, inFlight }))).toEqual([
      { calls: 2, failed: 0, inFlight: 0 },
      { calls: 1, failed: 0, inFlight: 0 },
      { calls: 1, failed: 0, inFlight: 0 },
    ]);
    for (const { pid, latency, memoryBytes } of processes) {
      expect(all).toContain(pid);
      expect(latency.maxMs).toBeGreaterThanOrEqual(latency.p50Ms);
      expect(memoryBytes).toBeGreaterThan(1_000_000);
    }
  });

  test("of one key stay together, and move when their process ends", async ({ sandbox }) => {
    await using plugins = await start(sandbox, { size: 3 });
    const call = await caller(plugins);
    const keys = Array.from({ length: 30 }, (_, n) => `key ${n}`);
    const ownersOf = () => Promise.all(keys.map((affinity) => call("pid", { affinity })));
    const before = await ownersOf();
    expect(new Set(before).size).toBe(3);
    expect(await ownersOf()).toEqual(before);
    const events = record(plugins);
    process.kill(Number(before[0]), "SIGKILL");
    await events.until("started", 1);
    const after = await ownersOf();
    // Only the keys of the process that ended have another one; it is in the same place.
    for (const [n, pid] of before.entries()) {
      if (pid === before[0]) expect(after[n]).not.toBe(pid);
      else expect(after[n]).toBe(pid);
    }
    expect(new Set(after).size).toBeLessThanOrEqual(3);
  });

  test("and streams wait in a queue when every process is full, which has an end", async ({ sandbox }) => {
    await using plugins = await start(sandbox, { size: 1, maxInFlight: 2, maxQueued: 2 });
    const call = await caller(plugins);
    const stream = await streamer(plugins);
    const first = stream("pid");
    const pid = String((await first.next()).value);
    const second = call("hang");
    const waiting = call("pid");
    const waitingStream = stream("pid");
    const message = waitingStream.next();
    await vi.waitFor(async () => expect((await plugins.stats()).queued).toBe(2));
    await expect(call("pid")).rejects.toMatchObject({
      code: 8,
      details: expect.stringContaining("2 calls wait already (maxQueued)"),
      cause: { code: "ERR_PLUGIN_BUSY" },
    });
    await first.return?.();
    expect(await waiting).toBe(pid);
    expect(String((await message).value)).toBe(pid);
    await waitingStream.return?.();
    await plugins.use(async (process) => (await process.dispense("fault")).call(Buffer.from("release")));
    expect(await second).toBe(pid);
  });

  test("leave the queue by deadline and signal", async ({ sandbox }) => {
    await using plugins = await start(sandbox, { size: 1, maxInFlight: 1 });
    const call = await caller(plugins);
    const stream = await streamer(plugins);
    const hanging = call("hang");
    const late = call("pid", { timeoutMs: 20 });
    const aborted = new AbortController();
    const cancelled = [call("pid", { signal: aborted.signal }), stream("pid", { signal: aborted.signal }).next()];
    const outcomes = Promise.allSettled(cancelled);
    aborted.abort(new Error("enough"));
    await expect(late).rejects.toMatchObject({ code: 4 });
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 1 } });
    expect((await plugins.stats()).queued).toBe(0);
    const left = stream("pid");
    const message = left.next();
    await vi.waitFor(async () => expect((await plugins.stats()).queued).toBe(1));
    await left.return?.();
    expect(await message).toEqual({ done: true, value: undefined });
    process.kill((await pids(plugins))[0]!, "SIGKILL");
    await expect(hanging).rejects.toMatchObject({ code: 14 });
    expect(await call("pid")).toMatch(/^\d+$/);
  });
});

describe("a process that dies", () => {
  test.for(protocols)("takes only its own calls along, over %s", async ([name, options], { sandbox }) => {
    const maxInFlight = 4;
    await using plugins = await start(sandbox, {
      size: 3,
      maxInFlight,
      restart: { firstDelayMs: 1, maxRestarts: Number.POSITIVE_INFINITY },
      ...options,
    });
    const call = await caller(plugins);
    const events = record(plugins);
    let running = true;
    let answered = 0;
    const failures: StatusError[] = [];
    const load = Array.from({ length: 24 }, async (_, n) => {
      while (running) {
        await call(n % 2 ? "pid" : "wait 2").then(
          () => answered++,
          (error) => failures.push(error),
        );
      }
    });
    const kills = 6;
    for (let kill = 1; kill <= kills; kill++) {
      const { processes } = await plugins.stats();
      const alive = processes.flatMap(({ pid }) => pid ?? []);
      process.kill(alive[kill % alive.length]!, "SIGKILL");
      await events.until("exited", kill);
      const sofar = answered;
      await vi.waitFor(() => expect(answered).toBeGreaterThan(sofar + 100), 20_000);
    }
    running = false;
    await Promise.all(load);
    const code = name === "net/rpc" ? "ERR_RPC_CONNECTION" : 14;
    for (const failure of failures) expect(failure).toMatchObject({ code });
    // The calls that one process had in flight at most.
    expect(failures.length).toBeLessThanOrEqual(kills * maxInFlight);
    expect(answered).toBeGreaterThan(600);
    const { processes } = await plugins.stats();
    expect(processes.reduce((sum, { failed }) => sum + failed, 0)).toBe(failures.length);
    expect(processes.reduce((sum, { restarts }) => sum + restarts, 0)).toBe(kills);
  });

  test("before anything was dispensed of it takes no call along, over net/rpc", async ({ sandbox }) => {
    await using plugins = await start(sandbox, { size: 2, allowedProtocols: ["netrpc"] });
    const call = await caller(plugins);
    process.kill((await pids(plugins))[1]!, "SIGKILL");
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => call("pid")));
    expect(answers.filter(({ status }) => status === "rejected")).toEqual([]);
  });

  test("and is given up leaves the pool to the others; the last one ends it", async ({ sandbox }) => {
    const { logger } = recordLog();
    const plugins = await start(sandbox, { size: 2, restart: { maxRestarts: 0 }, logger });
    const call = await caller(plugins);
    const events = record(plugins);
    const [first, second] = await pids(plugins);
    process.kill(first!, "SIGKILL");
    await events.until("shrunk");
    expect(plugins.size).toBe(1);
    expect(await call("pid")).toBe(String(second));
    process.kill(second!, "SIGKILL");
    await events.ended;
    await expect(call("pid")).rejects.toMatchObject({ code: 14, cause: { code: "ERR_PLUGIN_GAVE_UP" } });
    await expect(plugins.use(() => {})).rejects.toMatchObject({ code: "ERR_PLUGIN_GAVE_UP" });
    await plugins.close();
  });
});

describe("a pool", () => {
  test("grows under load up to max, and shrinks when it is idle", async ({ sandbox }) => {
    await using plugins = await start(sandbox, { min: 1, max: 3, growAt: 1, idleTimeoutMs: 1_000 });
    const call = await caller(plugins);
    const events = record(plugins);
    const seen: PoolDiagnostics["event"][] = [];
    const listen = (message: unknown) => seen.push((message as PoolDiagnostics).event);
    subscribe("go-plugin:pool", listen);
    const hanging: Promise<string>[] = [];
    while (plugins.size < 3) {
      hanging.push(call("wait 20"));
      await Promise.allSettled([hanging.at(-1)!, call("wait 20"), call("wait 20"), call("wait 20")]);
    }
    await Promise.all(hanging);
    await events.until("shrunk", 2);
    expect(plugins.size).toBe(1);
    await vi.waitFor(() => expect(sandbox.pids()).toHaveLength(1), 20_000);
    expect(await call("pid")).toBe(String((await pids(plugins))[0]));
    expect(events.recorded.flatMap((event) => (event.type === "grown" ? [[event.slot, event.size]] : []))).toEqual([
      [1, 2],
      [2, 3],
    ]);
    unsubscribe("go-plugin:pool", listen);
    expect(seen.map(({ type }) => type)).toEqual(expect.arrayContaining(["grown", "started", "shrunk"]));
  });

  test("that cannot grow says so, and goes on", async ({ sandbox }) => {
    const { logger } = recordLog();
    const ready = { count: 0 };
    await using plugins = await start(sandbox, {
      min: 1,
      max: 2,
      growAt: 1,
      logger,
      prepare() {
        if (ready.count++ > 0) throw new Error("no licence for another one");
      },
    });
    const call = await caller(plugins);
    const events = record(plugins);
    await Promise.all([call("wait 20"), call("pid"), call("pid")]);
    await events.until("grow-failed");
    expect(events.recorded.find((event) => event.type === "grow-failed")).toMatchObject({
      error: { message: "no licence for another one" },
    });
    expect(await call("pid")).toBe(String((await pids(plugins))[0]));
  });

  test.for(protocols)("rolls out a new version without losing a call, over %s", async ([, options], { sandbox }) => {
    await using plugins = await start(sandbox, { size: 2, ...options });
    const call = await caller(plugins);
    const args = fixtureOptions(sandbox, "answers-with-its-pid", { args: ["-new"] }).args!;
    let running = true;
    const answers: string[] = [];
    const load = Array.from({ length: 12 }, async () => {
      while (running) answers.push(await call("wait 1"));
    });
    const old = await pids(plugins);
    const open = plugins.version === 1 ? (await streamer(plugins))("pid") : undefined;
    await open?.next();
    const events = record(plugins);
    const restarted = plugins.restart({ args });
    await events.until("replaced");
    await vi.waitFor(() => expect(answers.at(-1)).toMatch(/-new$/), 20_000);
    if (open) {
      // A stream keeps its process, until it ends.
      expect((await plugins.stats()).processes.map(({ state }) => state)).toContain("draining");
      await open.return?.();
    }
    await restarted;
    running = false;
    await Promise.all(load);
    const now = await pids(plugins);
    expect(now.filter((pid) => old.includes(pid))).toEqual([]);
    expect(sandbox.pids().sort()).toEqual([...now].sort());
    expect(new Set(answers)).toEqual(new Set([...old.map(String), ...now.map((pid) => `${pid}-new`)]));
    expect((await plugins.stats()).processes).toHaveLength(2);
  });

  test("goes on as it was when the new version does not start", async ({ sandbox }) => {
    await using plugins = await start(sandbox, { size: 2 });
    const before = await pids(plugins);
    await expect(plugins.restart({ args: ["/nowhere.js"] })).rejects.toMatchObject({ code: "ERR_PLUGIN_EXITED" });
    await expect(plugins.restart({ command: "/nowhere" })).rejects.toMatchObject({ code: "ERR_PLUGIN_NOT_FOUND" });
    expect(await pids(plugins)).toEqual(before);
    expect(await (await caller(plugins))("pid")).toBe(String(before[0]));
  });

  test("closes what hangs in a replaced process after drainTimeoutMs", async ({ sandbox }) => {
    await using plugins = await start(sandbox, { size: 1 });
    const call = await caller(plugins);
    const hanging = call("hang");
    const outcome = expect(hanging).rejects.toMatchObject({ code: expect.any(Number) });
    await plugins.restart({ drainTimeoutMs: 10 });
    await outcome;
    expect(await call("pid")).toBe(String((await pids(plugins))[0]));
  });

  test("serves a callback to every process, to later ones too", async ({ sandbox }) => {
    await using plugins = await start(sandbox, { size: 2 });
    const events = record(plugins);
    const asked: string[] = [];
    const server = await plugins.serve(
      faultService,
      {
        call(request: Uint8Array) {
          asked.push(Buffer.from(request).toString());
          return Buffer.from("from-the-host");
        },
        async *stream() {},
      },
      async (id, process) => {
        await (await process.dispense("fault")).call(Buffer.from(`ask ${id}`));
      },
    );
    const recall = () =>
      plugins.each(async (process) =>
        String(Buffer.from(await (await process.dispense("fault")).call(Buffer.from("recall")))),
      );
    expect(await recall()).toEqual(["from-the-host", "from-the-host"]);
    process.kill((await pids(plugins))[1]!, "SIGKILL");
    await events.until("exited");
    expect(await recall()).toEqual(["from-the-host", "from-the-host"]);
    expect(asked).toHaveLength(3);
    await server.close();
  });

  test("fails to start as a whole, with nothing left", async ({ sandbox }) => {
    let prepared = 0;
    const options: Partial<PoolOptions<Versions>> = {
      size: 3,
      prepare() {
        if (++prepared === 2) throw new Error("the second one is not wanted");
      },
    };
    await expect(start(sandbox, options)).rejects.toThrow("the second one is not wanted");
    await sandbox.expectNoLeftovers();
  });

  test("ends by closeAll(), by its signal, and by close(), with its calls", async ({ sandbox }) => {
    let aborted = new AbortController();
    for (const end of [() => closeAll(), () => aborted.abort(), (plugins: Pool) => plugins.close()]) {
      aborted = new AbortController();
      const plugins = await start(sandbox, { size: 2, maxInFlight: 1, signal: aborted.signal });
      const call = await caller(plugins);
      const calls = Promise.allSettled([call("hang"), call("hang"), call("hang")]);
      await vi.waitFor(async () => expect((await plugins.stats()).queued).toBe(1));
      await end(plugins);
      await plugins.close();
      for (const { status } of await calls) expect(status).toBe("rejected");
      await expect(call("pid")).rejects.toMatchObject({ code: 14, cause: { code: "ERR_PLUGIN_CLOSED" } });
      await expect(plugins.dispense("fault").then((fault) => fault.call(Buffer.from("pid")))).rejects.toThrow("closed");
      expect(sandbox.pids()).toEqual([]);
    }
  });

  test("refuses options that make no sense", async ({ sandbox }) => {
    const refused = (options: object) => expect(start(sandbox, options)).rejects;
    await refused({ size: 0 }).toThrow("option size: expected a whole number from 1 up, got 0");
    await refused({ size: 2, min: 1 }).toThrow("option min: expected no min and max beside size, got 1");
    await refused({ min: 3, max: 2 }).toThrow("option max: expected at least min (3), got 2");
    await refused({ maxQueued: -1 }).toThrow(
      "option maxQueued: expected a whole number from 0 up, or Infinity, got -1",
    );
    await refused({ sizes: 2 }).toThrow("option sizes: expected one of command");
  });
});
