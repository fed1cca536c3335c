import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  closeAll,
  type PluginError,
  type SupervisedPlugin,
  type SuperviseOptions,
  type SupervisionEvent,
  supervise,
} from "@go-plugin/host";
import { afterEach, beforeEach, describe, expect, vi } from "vitest";
import { faultService } from "../src/fault-service.js";
import { recordLog } from "../src/log-recorder.js";
import { type Sandbox, test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";
import { supervisedPlugins } from "../src/supervised-service.js";

type Versions = (typeof supervisedPlugins)["versions"];
type Supervised = SupervisedPlugin<Versions>;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "supervise-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Supervises the fixture. Each word of the plan is the behaviour of one start. */
function start(sandbox: Sandbox, plan: string, options: Partial<SuperviseOptions<Versions>> = {}): Promise<Supervised> {
  const args = [join(directory, "remembered"), ...plan.split(" ")];
  const command = fixtureOptions(sandbox, "follows-plan", { args, allowedProtocols: ["grpc"] });
  return supervise(supervisedPlugins, { ...command, restart: { firstDelayMs: 1 }, ...options });
}

/** Counts the calls of this kind that all processes of the plugin have received. */
function times(what: string): number {
  return readFileSync(join(directory, "remembered"), "utf8")
    .split("\n")
    .filter((line) => line === what).length;
}

async function faultOf(plugin: Supervised) {
  const fault = await plugin.dispense("fault");
  return async (text: string, options = {}) => String(Buffer.from(await fault.call(Buffer.from(text), options)));
}

async function streamOf(plugin: Supervised) {
  if (plugin.version !== 1) throw new Error("expected gRPC");
  const fault = await plugin.dispense("fault");
  return (text: string, options = {}) => fault.stream(Buffer.from(text), options)[Symbol.asyncIterator]();
}

function record({ events }: Supervised) {
  const recorded: SupervisionEvent[] = [];
  const ended = (async () => {
    for await (const event of events) recorded.push(event);
  })();
  const until = (type: SupervisionEvent["type"], count = 1) =>
    vi.waitFor(() => expect(recorded.filter((event) => event.type === type)).toHaveLength(count), 20_000);
  return { recorded, ended, until, types: () => recorded.map(({ type }) => type) };
}

describe("a process that has ended is followed by another", () => {
  test.for([
    ["gRPC", {}],
    ["AutoMTLS", { autoMtls: true }],
    ["a multiplexed connection", { multiplex: true }],
    ["net/rpc", { allowedProtocols: ["netrpc"] }],
  ] as const)("which the same client reaches over %s", async ([, options], { sandbox }) => {
    const plugin = await start(sandbox, "works", options);
    const events = record(plugin);
    const call = await faultOf(plugin);
    expect(await call("hello")).toBe("hello from start 1");
    await expect(call("crash")).rejects.toMatchObject({
      code: plugin.version === 1 ? 14 : "ERR_RPC_CONNECTION",
    });
    await events.until("started", 2);
    expect(await call("hello")).toBe("hello from start 2");
    expect(sandbox.pids()).toHaveLength(1);
    await plugin.close();
    await events.ended;
    const [pid, secondPid] = events.recorded.flatMap((event) => (event.type === "started" ? event.pid : []));
    expect(secondPid).not.toBe(pid);
    expect(events.recorded).toEqual([
      { type: "started", pid },
      {
        type: "exited",
        pid,
        code: 2,
        signal: null,
        expected: false,
        stderrTail: expect.stringContaining("panic: out of cheese\n"),
      },
      { type: "restarting", attempt: 1, inMs: expect.any(Number) },
      { type: "started", pid: secondPid },
      { type: "exited", pid: secondPid, code: 0, signal: null, expected: true, stderrTail: expect.any(String) },
    ]);
  });

  test("however often: delay and count begin anew after a healthy one", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works", {
      restart: { firstDelayMs: 1, maxRestarts: 1, healthyAfterMs: 0 },
    });
    const events = record(plugin);
    const call = await faultOf(plugin);
    for (let crash = 1; crash <= 3; crash++) {
      await expect(call("crash")).rejects.toMatchObject({ code: 14 });
      await events.until("started", crash + 1);
    }
    expect(await call("hello")).toBe("hello from start 4");
    const attempts = events.recorded.flatMap((event) => (event.type === "restarting" ? event.attempt : []));
    expect(attempts).toEqual([1, 1, 1]);
    await plugin.close();
  });

  test("also when starting it takes several attempts", async ({ sandbox }) => {
    const { logger, entries } = recordLog();
    const plugin = await start(sandbox, "works exits exits works", { logger });
    const events = record(plugin);
    const call = await faultOf(plugin);
    await expect(call("crash")).rejects.toMatchObject({ code: 14 });
    expect(await call("hello")).toBe("hello from start 4");
    await plugin.close();
    await events.ended;
    const failed = { type: "start-failed", error: expect.objectContaining({ code: "ERR_PLUGIN_EXITED", exitCode: 3 }) };
    const restarting = (attempt: number) => ({ type: "restarting", attempt, inMs: expect.any(Number) });
    expect(events.recorded.slice(2, -2)).toEqual([restarting(1), failed, restarting(2), failed, restarting(3)]);
    expect(events.recorded[3]).toMatchObject({ error: { stderrTail: "start 2 is in a bad mood\n" } });
    expect(entries.filter(({ message }) => message === "plugin will be restarted")).toHaveLength(3);
  });

  test("when it was closed by hand: that is how to restart it", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works", { restart: { firstDelayMs: 1, maxRestarts: 2 } });
    const events = record(plugin);
    for (let restart = 1; restart <= 2; restart++) {
      await (await plugin.current()).close();
      await events.until("started", restart + 1);
    }
    expect(await (await faultOf(plugin))("hello")).toBe("hello from start 3");
    await plugin.close();
    await events.ended;
    expect(events.recorded.filter((event) => event.type === "exited" && !event.expected)).toEqual([]);
  });

  test.for([
    ["net/rpc", { allowedProtocols: ["netrpc"] }, "ERR_RPC_CONNECTION"],
    ["multiplexed", { multiplex: true }, 14],
  ] as const)("when it lives on without its connection, made once: %s", async ([, options, code], { sandbox }) => {
    const plugin = await start(sandbox, "works", options);
    const events = record(plugin);
    const call = await faultOf(plugin);
    await expect(call("disconnect")).rejects.toMatchObject({ code });
    await events.until("started", 2);
    expect(await call("hello")).toBe("hello from start 2");
    await plugin.close();
  });

  test("but not when its connection can be made anew", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works");
    const call = await faultOf(plugin);
    await expect(call("disconnect")).rejects.toMatchObject({ code: 14 });
    expect(await call("hello")).toBe("hello from start 1");
    await plugin.close();
  });

  test("which has to serve the same version", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works serves-version-2 works");
    const events = record(plugin);
    const call = await faultOf(plugin);
    await expect(call("crash")).rejects.toMatchObject({ code: 14 });
    expect(await call("hello")).toBe("hello from start 3");
    expect(events.recorded).toContainEqual({
      type: "start-failed",
      error: expect.objectContaining({ code: "ERR_PLUGIN_VERSION" }),
    });
    await plugin.close();
  });
});

describe("a call in flight when the process ends", () => {
  test("fails with UNAVAILABLE, and is not made again", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works");
    const events = record(plugin);
    const call = await faultOf(plugin);
    const calls = [1, 2, 3].map(() => call("hang"));
    const outcomes = Promise.allSettled(calls);
    await vi.waitFor(() => expect(times("hang")).toBe(3), 20_000);
    process.kill((await plugin.current()).pid, "SIGKILL");
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: { code: 14 } });
    await events.until("started", 2);
    expect(await call("hello")).toBe("hello from start 2");
    expect(times("hang")).toBe(3);
    await plugin.close();
  });

  test("so does a stream, after what has arrived", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works");
    const events = record(plugin);
    const messages = (await streamOf(plugin))("hello");
    expect(String((await messages.next()).value)).toBe("hello from start 1");
    const next = messages.next();
    process.kill((await plugin.current()).pid, "SIGKILL");
    await expect(next).rejects.toMatchObject({ code: 14 });
    expect(await messages.next()).toEqual({ done: true, value: undefined });
    await events.until("started", 2);
    expect(times("hello")).toBe(1);
    await plugin.close();
  });
});

describe("while no process runs", () => {
  /** A plugin whose second start hangs until it is killed. */
  async function startAndCrash(sandbox: Sandbox, options: Partial<SuperviseOptions<Versions>> = {}) {
    const plugin = await start(sandbox, "works hangs works", options);
    const call = await faultOf(plugin);
    await expect(call("crash")).rejects.toMatchObject({ code: 14 });
    await vi.waitFor(() => expect(times("start")).toBe(2), 20_000);
    const goOn = () => process.kill(sandbox.pids()[0]!, "SIGKILL");
    return { plugin, call, goOn };
  }

  test("calls and streams wait for the next one", async ({ sandbox }) => {
    const { plugin, call, goOn } = await startAndCrash(sandbox);
    const answer = call("hello", { timeoutMs: 30_000, signal: new AbortController().signal });
    const messages = (await streamOf(plugin))("stream");
    const message = messages.next();
    const current = plugin.current();
    goOn();
    expect(await answer).toBe("hello from start 3");
    expect(String((await message).value)).toBe("stream from start 3");
    expect(await current).toBe(await plugin.current());
    await messages.return?.();
    await plugin.close();
  });

  test("as long as their deadline and signal allow", async ({ sandbox }) => {
    const { plugin, call } = await startAndCrash(sandbox);
    const stream = await streamOf(plugin);
    const controller = new AbortController();
    const aborted = Promise.allSettled([
      call("late", { signal: controller.signal }),
      stream("late", { signal: controller.signal }).next(),
      plugin.current({ signal: controller.signal }),
    ]);
    controller.abort(new Error("enough"));
    expect(await aborted).toMatchObject([
      { reason: { code: 1, cause: { message: "enough" } } },
      { reason: { code: 1, cause: { message: "enough" } } },
      { reason: { message: "enough" } },
    ]);
    await expect(call("late", { signal: controller.signal })).rejects.toMatchObject({ code: 1 });
    await expect(call("late", { timeoutMs: 20 })).rejects.toMatchObject({ code: 4 });
    await expect(stream("late", { timeoutMs: 20 }).next()).rejects.toMatchObject({ code: 4 });
    await expect(call("late", { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 4 });
    await plugin.close();
    expect(times("late")).toBe(0);
  });

  test("a stream that is left waits no longer", async ({ sandbox }) => {
    const { plugin, goOn } = await startAndCrash(sandbox);
    const messages = (await streamOf(plugin))("left");
    const waiting = [messages.next(), messages.next()];
    await messages.return?.();
    const done = { done: true, value: undefined };
    expect(await Promise.all([...waiting, messages.next()])).toEqual([done, done, done]);
    goOn();
    expect(await (await faultOf(plugin))("hello")).toBe("hello from start 3");
    expect(times("left")).toBe(0);
    await plugin.close();
  });

  test("with waitForReady: false they fail at once", async ({ sandbox }) => {
    const { plugin, call } = await startAndCrash(sandbox, { waitForReady: false });
    await expect(call("late")).rejects.toMatchObject({ code: 14, details: "the plugin is being restarted" });
    await expect((await streamOf(plugin))("late").next()).rejects.toMatchObject({ code: 14 });
    await plugin.close();
  });

  test("closing ends the waiting, and the start", async ({ sandbox }) => {
    const { plugin, call } = await startAndCrash(sandbox);
    const events = record(plugin);
    const outcomes = Promise.allSettled([call("late"), (await streamOf(plugin))("late").next(), plugin.current()]);
    await plugin.close();
    expect(await outcomes).toMatchObject([
      { reason: { code: 14, details: "the plugin is closed" } },
      { reason: { code: 14, cause: { code: "ERR_PLUGIN_CLOSED" } } },
      { reason: { code: "ERR_PLUGIN_CLOSED" } },
    ]);
    await events.ended;
    expect(events.types()).toEqual(["restarting"]);
    expect(sandbox.pids()).toEqual([]);
  });
});

describe("a plugin that ends too often", () => {
  test("is given up: calls fail, and nothing is left", async ({ sandbox }) => {
    const restart = { firstDelayMs: 1, maxRestarts: 2 };
    const plugin = await start(sandbox, "works exits", { restart });
    const events = record(plugin);
    const call = await faultOf(plugin);
    await expect(call("crash")).rejects.toMatchObject({ code: 14 });
    await expect(call("waits")).rejects.toMatchObject({ code: 14, cause: { code: "ERR_PLUGIN_GAVE_UP" } });
    await events.ended;
    expect(events.types()).toEqual([
      "started",
      "exited",
      "restarting",
      "start-failed",
      "restarting",
      "start-failed",
      "gave-up",
    ]);
    const last = events.recorded.at(-1) as { error: PluginError };
    expect(last.error).toMatchObject({ code: "ERR_PLUGIN_GAVE_UP", cause: { code: "ERR_PLUGIN_EXITED" } });
    await expect(plugin.current()).rejects.toBe(last.error);
    await expect(plugin.dispense("fault")).resolves.toBeDefined();
    await sandbox.expectNoLeftovers();
    await Promise.all([plugin.close(), plugin.close()]);
  });

  test("at once, if it may not be restarted at all", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works", { restart: { maxRestarts: 0 } });
    const events = record(plugin);
    await expect((await faultOf(plugin))("crash")).rejects.toMatchObject({ code: 14 });
    await events.ended;
    expect(events.types()).toEqual(["started", "exited", "gave-up"]);
  });
});

describe("closing", () => {
  const backOff = { restart: { firstDelayMs: 600_000, maxDelayMs: 600_000 } };

  test("during the back-off, twice and at once", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works", backOff);
    const events = record(plugin);
    await expect((await faultOf(plugin))("crash")).rejects.toMatchObject({ code: 14 });
    await events.until("restarting");
    await Promise.all([plugin.close(), plugin.close(), plugin[Symbol.asyncDispose]()]);
    await plugin.close();
    await events.ended;
    expect(events.types()).toEqual(["started", "exited", "restarting"]);
  });

  test("by the signal, while it runs and during the back-off", async ({ sandbox }) => {
    for (const crash of [false, true]) {
      const controller = new AbortController();
      const plugin = await start(sandbox, "works", { ...backOff, signal: controller.signal });
      const events = record(plugin);
      const call = await faultOf(plugin);
      if (crash) await expect(call("crash")).rejects.toMatchObject({ code: 14 });
      if (crash) await events.until("restarting");
      controller.abort();
      await events.ended;
      await expect(call("hello")).rejects.toMatchObject({ code: 14 });
      await plugin.close();
      expect(sandbox.pids()).toEqual([]);
    }
  });

  test("by closeAll, managed plugins alone", async ({ sandbox }) => {
    const [running, waiting, unmanaged] = await Promise.all([
      start(sandbox, "works"),
      start(sandbox, "works", backOff),
      start(sandbox, "works", { managed: false }),
    ]);
    const events = record(waiting);
    await expect((await faultOf(waiting))("crash")).rejects.toMatchObject({ code: 14 });
    await events.until("restarting");
    await closeAll();
    await events.ended;
    await expect(running.current()).rejects.toMatchObject({ code: "ERR_PLUGIN_CLOSED" });
    expect(sandbox.pids()).toEqual([(await unmanaged.current()).pid]);
    await unmanaged.close();
  });

  test("ends a stream of events that begins later", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works");
    await plugin.close();
    const events = record(plugin);
    await events.ended;
    expect(events.types()).toEqual(["exited"]);
  });
});

describe("the first start", () => {
  test("has to succeed", async ({ sandbox }) => {
    await expect(start(sandbox, "exits")).rejects.toMatchObject({ code: "ERR_PLUGIN_EXITED", exitCode: 3 });
    expect(times("start")).toBe(1);
  });

  test("is aborted by the signal", async ({ sandbox }) => {
    const controller = new AbortController();
    const starting = start(sandbox, "hangs", { signal: controller.signal });
    await vi.waitFor(() => expect(sandbox.pids()).toHaveLength(1), 20_000);
    controller.abort(new Error("not today"));
    await expect(starting).rejects.toMatchObject({ code: "ERR_PLUGIN_ABORTED", cause: { message: "not today" } });
  });
});

describe("prepare", () => {
  test("serves every process what it calls back", async ({ sandbox }) => {
    let prepared = 0;
    const plugin = await start(sandbox, "works", {
      async prepare(current) {
        if (current.version !== 1) throw new Error("expected gRPC");
        const number = ++prepared;
        const callback = current.broker.serve(faultService, {
          call: () => Buffer.from(`the host, for process ${number}`),
          stream: () => [],
        });
        await (await current.dispense("fault")).call(Buffer.from(`remember ${callback.id}`));
      },
    });
    const call = await faultOf(plugin);
    expect(await call("ask")).toBe("the host, for process 1");
    await expect(call("crash")).rejects.toMatchObject({ code: 14 });
    expect(await call("ask")).toBe("the host, for process 2");
    await plugin.close();
  });

  test("that fails is a start that fails", async ({ sandbox }) => {
    let prepared = 0;
    const plugin = await start(sandbox, "works", {
      async prepare(current) {
        prepared++;
        if (prepared === 2) throw new Error("not prepared");
        if (prepared !== 3) return;
        process.kill(current.pid, "SIGKILL");
        await new Promise(() => {});
      },
    });
    const events = record(plugin);
    const call = await faultOf(plugin);
    await expect(call("crash")).rejects.toMatchObject({ code: 14 });
    expect(await call("hello")).toBe("hello from start 4");
    await plugin.close();
    await events.ended;
    const failures = events.recorded.flatMap((event) => (event.type === "start-failed" ? event.error : []));
    expect(failures).toEqual([
      new Error("not prepared"),
      expect.objectContaining({ code: "ERR_PLUGIN_EXITED", signal: "SIGKILL" }),
    ]);
  });
});
