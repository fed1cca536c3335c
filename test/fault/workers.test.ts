import { PassThrough } from "node:stream";
import { type LaunchOptions, launch, Metadata } from "@go-plugin/host";
import { describe, expect, vi } from "vitest";
import { recordLog } from "../src/log-recorder.js";
import { type Sandbox, test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";
import { callbackService, threadPlugins } from "../src/thread-service.js";

async function start(sandbox: Sandbox, options: Partial<LaunchOptions> = {}) {
  const { logger, entries } = recordLog();
  const own = fixtureOptions(sandbox, "computes-in-threads", { allowedProtocols: ["grpc"], logger, ...options });
  const plugin = await launch(threadPlugins, own);
  if (plugin.version !== 1) throw new Error("expected gRPC");
  return { plugin, threads: await plugin.dispense("threads"), entries };
}

async function collect(messages: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

describe("handlers in worker threads", () => {
  test.for([
    ["plain", {}],
    ["AutoMTLS", { autoMtls: true }],
    ["multiplexed", { multiplex: true }],
  ] as const)("answer all four kinds of calls (%s)", async ([, options], { sandbox }) => {
    const { plugin, threads } = await start(sandbox, options);
    expect(await threads.unary("hello")).toBe("hello");
    expect(await collect(threads.serverStream("a b c"))).toEqual(["a", "b", "c"]);
    expect(await threads.clientStream(["a", "b"])).toBe("true a b");
    const many = Array.from({ length: 200 }, (_, n) => String(n));
    expect(await collect(threads.bidi(many))).toEqual(many.map((text) => `${text}!`));
    expect(await threads.unary("size 3000000")).toHaveLength(3_000_000);
    expect(await threads.unary("x".repeat(100_000))).toHaveLength(100_000);
    await plugin.close();
  });

  test("run side by side, and leave the main thread free", async ({ sandbox }) => {
    const { plugin, threads } = await start(sandbox);
    expect(await threads.onMainThread("")).toBe("0");
    const computing = ["compute 400", "compute 400"].map((request) => threads.unary(request));
    let answered = 0;
    const settled = Promise.all(computing);
    let done = false;
    void settled.then(() => {
      done = true;
    });
    while (!done) {
      await threads.onMainThread("");
      answered++;
    }
    const ids = await settled;
    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain("0");
    expect(answered).toBeGreaterThan(5);
    await plugin.close();
  });

  test("have metadata and deadline, and send headers and trailers", async ({ sandbox }) => {
    const { plugin, threads } = await start(sandbox);
    const seen: (string | undefined)[] = [];
    const answer = await threads.unary("metadata", {
      metadata: new Metadata({ key: "value" }),
      timeoutMs: 30_000,
      onHeaders: (headers) => seen.push(headers.get("header")),
      onTrailers: (trailers) => seen.push(trailers.get("trailer")),
    });
    expect(answer).toBe("value true");
    expect(seen).toEqual(["h", "t"]);
    await plugin.close();
  });

  test("fail with their status, or as an error that the log has with its stack", async ({ sandbox }) => {
    const { plugin, threads, entries } = await start(sandbox);
    const refused = await threads.unary("refuse").catch((error) => error);
    expect(refused).toMatchObject({ code: 5, details: "no such thing" });
    expect(refused.metadata.get("why")).toBe("gone");
    await expect(threads.unary("throw")).rejects.toMatchObject({ code: 2, details: "out of cheese" });
    await vi.waitFor(() => {
      const entry = entries.find(({ message }) => message === "plugin implementation failed");
      expect(JSON.stringify(entry)).toContain("computes-in-threads");
    });
    await plugin.close();
  });

  test("are cancelled by signal and deadline, and when a stream is left", async ({ sandbox }) => {
    const { plugin, threads, entries } = await start(sandbox);
    const count = (message: string) => entries.filter((entry) => entry.message === message).length;
    const controller = new AbortController();
    const cancelled = expect(threads.unary("until-aborted", { signal: controller.signal })).rejects.toMatchObject({
      code: 1,
    });
    await vi.waitFor(() => expect(count("waits")).toBe(1), 20_000);
    controller.abort();
    await cancelled;
    await expect(threads.unary("until-aborted", { timeoutMs: 200 })).rejects.toMatchObject({ code: 4 });
    await vi.waitFor(() => expect(count("aborted")).toBe(2), 20_000);
    for await (const message of threads.serverStream("forever")) if (message === "20") break;
    expect(await threads.unary("hello")).toBe("hello");
    await plugin.close();
  });

  test("print to the host's streams, and log to its log", async ({ sandbox }) => {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const { plugin, threads, entries } = await start(sandbox, { stdout, stderr });
    await threads.unary("print hello");
    await vi.waitFor(() => expect(String(stdout.read() ?? "")).toBe("hello\n"), 20_000);
    await vi.waitFor(() => expect(String(stderr.read() ?? "")).toContain("hello to stderr\n"), 20_000);
    await threads.unary("log careful");
    await vi.waitFor(() => {
      expect(entries.find(({ message }) => message === "careful")).toMatchObject({
        level: "warn",
        fields: { part: "p", size: 1 },
      });
    }, 20_000);
    await plugin.close();
  });

  test("call their host back, and are called by it, through the broker", async ({ sandbox }) => {
    const { plugin, threads } = await start(sandbox);
    const served = plugin.broker.serve(callbackService, {
      call: (request: Uint8Array) => Buffer.from(`host got ${Buffer.from(request)}`),
      stream: () => [],
    });
    expect(await threads.unary(`ask ${served.id}`)).toBe("host got from a thread");
    const id = Number(await threads.unary("offer"));
    await using thread = await plugin.broker.connect(id, callbackService);
    expect(String(Buffer.from(await thread.client.call(Buffer.from("it"))))).toMatch(/^thread [12] got it$/);
    const parts: string[] = [];
    for await (const part of thread.client.stream(Buffer.from("it"))) parts.push(String(Buffer.from(part)));
    expect(parts).toEqual(["it", "it"]);
    await plugin.close();
  });

  test.for([
    ["crash", /a thread without cheese/],
    ["exit", /exited with code 3/],
  ] as const)("that %s fail their own calls, and another thread follows", async ([how, why], { sandbox }) => {
    const { plugin, threads, entries } = await start(sandbox);
    const first = new Set([await threads.unary("thread")]);
    const crashed = expect(threads.unary(how)).rejects.toMatchObject({ code: 13, details: expect.stringMatching(why) });
    const other = threads.unary("compute 200");
    await crashed;
    first.add(await other);
    for (let n = 0; n < 20; n++) expect(await threads.unary("hello")).toBe("hello");
    const ids = await Promise.all(["compute 50", "compute 50"].map((request) => threads.unary(request)));
    expect(new Set(ids).size).toBe(2);
    if (how === "crash") {
      await vi.waitFor(() => expect(entries.map(({ message }) => message)).toContain("a worker thread crashed"));
    }
    await plugin.close();
  });

  test("end with the plugin, while they compute", async ({ sandbox }) => {
    const { plugin, threads } = await start(sandbox);
    await threads.unary("hello");
    const computing = threads.unary("compute 60000");
    const outcome = expect(computing).rejects.toMatchObject({ code: expect.any(Number) });
    await plugin.close();
    await outcome;
    expect(await plugin.exited).toMatchObject({ expected: true });
  });

  test("run where they were chosen to", async ({ sandbox }) => {
    const { plugin, threads } = await start(sandbox, { args: ["1"] });
    expect(await threads.unary("thread")).not.toBe("0");
    expect(await threads.clientStream(["a"])).toBe("false a");
    await plugin.close();
  });

  test("answer over net/rpc", async ({ sandbox }) => {
    const { logger } = recordLog();
    const own = fixtureOptions(sandbox, "computes-in-threads", { allowedProtocols: ["netrpc"], args: ["1"], logger });
    const plugin = await launch(threadPlugins, own);
    if (plugin.version !== 2) throw new Error("expected net/rpc");
    const threads = await plugin.dispense("threads");
    expect(await threads.unary("hello")).toBe("hello");
    expect(await threads.unary("thread")).not.toBe("0");
    await expect(threads.unary("throw")).rejects.toThrow("out of cheese");
    await expect(threads.unary("crash")).rejects.toThrow("a thread without cheese");
    expect(await threads.unary("hello")).toBe("hello");
    await plugin.close();
  });
});
