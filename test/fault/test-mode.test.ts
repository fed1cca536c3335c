import { readdirSync } from "node:fs";
import { definePlugins, grpc, type ReattachConfig, reattach, silentLogger } from "@go-plugin/host";
import { type ServeOptions, serve, type TestModeOptions } from "@go-plugin/plugin";
import type { Implementations } from "@go-plugin/proto";
import { loadClient } from "@go-plugin/proto/internal";
import { describe, expect, vi } from "vitest";
import { faultPlugins, faultService } from "../src/fault-service.js";
import { test as sandboxed } from "../src/sandbox.js";

/** Serves the plugin in this process, whose temporary directory is the sandbox. */
const test = sandboxed.extend<{ directory: string }>({
  directory: [
    async ({ sandbox }, use) => {
      vi.stubEnv("TMPDIR", sandbox.directory);
      await use(sandbox.directory);
      vi.unstubAllEnvs();
    },
    { auto: true },
  ],
});

const logger = silentLogger;
const implementations = { 1: { fault: { call: (bytes: Uint8Array) => bytes, stream: () => [] } } };

async function serveForTest(
  { address, ...options }: ServeOptions & Pick<TestModeOptions, "address"> = {},
  served: Implementations<(typeof faultPlugins)["versions"]> = implementations,
): Promise<{
  config: ReattachConfig;
  ended: Promise<void>;
  end(): void;
}> {
  const controller = new AbortController();
  let ended: Promise<void> | undefined;
  const config = await new Promise<ReattachConfig>((resolve, reject) => {
    const test = { onListening: resolve, ...(address && { address }) };
    ended = serve(faultPlugins, served, { logger, signal: controller.signal, test, ...options });
    ended.catch(reject);
  });
  return { config, ended: ended!, end: () => controller.abort() };
}

describe("a plugin in test mode", () => {
  test("is reached by a host in the same process, and ends by its signal", async ({ directory }) => {
    const { config, ended, end } = await serveForTest();
    expect(config).toMatchObject({ protocol: "grpc", version: 1, network: "unix", pid: process.pid, test: true });
    await using plugin = await reattach(faultPlugins, config, { logger });
    const fault = await plugin.dispense("fault");
    expect(await fault.call(Buffer.from("hello"))).toEqual(Buffer.from("hello"));
    end();
    await ended;
    expect(readdirSync(directory)).toEqual([]);
    await expect(fault.call(Buffer.from("again"))).rejects.toMatchObject({ code: 14 });
  });

  test("calls back through its broker, and is called through it", async ({ directory }) => {
    const { config, ended, end } = await serveForTest(
      {},
      {
        1: {
          fault: ({ broker }) => ({
            async call(id) {
              const served = broker.serve(faultService, { call: (bytes) => bytes, stream: () => [] });
              await using host = await broker.connect(Number(String(id)), faultService);
              return await host.client.call(Buffer.from(String(served.id)));
            },
            stream: () => [],
          }),
        },
      },
    );
    await using plugin = await reattach(faultPlugins, config, { logger });
    const fault = await plugin.dispense("fault");
    await using callback = plugin.broker.serve(faultService, {
      call: (id) => Buffer.from(`served as ${id}`),
      stream: () => [],
    });
    const answer = String(await fault.call(Buffer.from(String(callback.id))));
    expect(answer).toMatch(/^served as \d+$/);
    await using served = await plugin.broker.connect(Number(answer.split(" ").at(-1)), faultService);
    expect(String(await served.client.call(Buffer.from("hello")))).toBe("hello");
    await plugin.close();
    end();
    await ended;
    expect(readdirSync(directory)).toEqual([]);
  });

  test("listens at a fixed address, again and again, and Go's form of its configuration reaches it", async ({
    directory,
  }) => {
    const address = `${directory}/fixed`;
    for (let run = 0; run < 2; run++) {
      const fixed = { network: "unix", address } as const;
      const { config, ended, end } = await serveForTest({ address: fixed });
      expect(config).toMatchObject(fixed);
      const goConfig = {
        Protocol: "grpc",
        ProtocolVersion: 1,
        Pid: config.pid,
        Test: true,
        Addr: { Network: "unix", String: address },
      };
      await using plugin = await reattach(faultPlugins, goConfig, { logger });
      await plugin.ping();
      await expect(serveForTest({ address: fixed })).rejects.toMatchObject({ code: "ERR_SOCKET_LISTEN" });
      await plugin.close();
      end();
      await ended;
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  test("leaves its process alone", async () => {
    const streams = [process.stdout.write, process.stderr.write];
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"].map((name) => process.listenerCount(name));
    vi.stubEnv("PLUGIN_PROTOCOL_VERSIONS", "7,1");
    vi.stubEnv("PLUGIN_MULTIPLEX_GRPC", "true");
    vi.stubEnv("PLUGIN_CLIENT_CERT", "not a certificate");
    const before = { ...process.env };
    const exitCode = process.exitCode;
    const { config, ended, end } = await serveForTest();
    expect([process.stdout.write, process.stderr.write]).toEqual(streams);
    expect(["SIGINT", "SIGTERM", "SIGHUP"].map((name) => process.listenerCount(name))).toEqual(signals);
    expect({ ...process.env }).toEqual(before);
    const plugin = await reattach(faultPlugins, config, { logger });
    await plugin.ping();
    await plugin.close();
    end();
    await ended;
    expect(process.exitCode).toBe(exitCode);
  });

  test("ends when its signal was aborted before, after it has told where it listened", async ({ directory }) => {
    const { ended } = await serveForTest({ signal: AbortSignal.abort() });
    await ended;
    expect(readdirSync(directory)).toEqual([]);
  });

  test("ends when a host asks for it", async () => {
    const { config, ended } = await serveForTest();
    const { connectPlugin } = await loadClient("grpc");
    const { connect } = await import("node:net");
    const client = await connectPlugin(faultPlugins.versions[1], () => connect(config.address), { logger });
    await client.shutdown({ timeoutMs: 5_000 });
    client.close();
    await ended;
  });

  test("serves the version that is asked for, or that PLUGIN_PROTOCOL_VERSIONS names, or its lowest", async () => {
    const fault = grpc({ fault: faultService });
    const plugins = definePlugins({ ...faultPlugins, versions: { 1: fault, 2: fault, 3: fault } });
    const [one] = Object.values(implementations);
    const served = async (test: { version?: number }) => {
      const controller = new AbortController();
      let version = 0;
      const onListening = (config: ReattachConfig) => {
        version = config.version;
        controller.abort();
      };
      const all = { 1: one!, 2: one!, 3: one! };
      await serve(plugins, all, { logger, signal: controller.signal, test: { ...test, onListening } });
      return version;
    };
    expect(await served({})).toBe(1);
    expect(await served({ version: 3 })).toBe(3);
    await expect(served({ version: 4 })).rejects.toThrow("expected test.version to be one of 1, 2, 3, got 4");
    vi.stubEnv("PLUGIN_PROTOCOL_VERSIONS", "x,2,1");
    expect(await served({})).toBe(2);
  });

  test("whose test fails at once leaves nothing", async ({ directory }) => {
    const onListening = () => {
      throw new Error("the test failed");
    };
    await expect(serve(faultPlugins, implementations, { logger, test: { onListening } })).rejects.toThrow(
      "the test failed",
    );
    expect(readdirSync(directory)).toEqual([]);
  });
});
