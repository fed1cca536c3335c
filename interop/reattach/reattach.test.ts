import { connect } from "node:net";
import { test } from "@go-plugin/test/sandbox";
import { describe, expect } from "vitest";
import { attach, type Language, leave, type Protocol, startInTestMode } from "./kv.js";

const languages: readonly Language[] = ["Go", "TypeScript"];
const protocols: readonly Protocol[] = ["grpc", "netrpc"];
const pairs = languages.flatMap((host) => languages.map((plugin) => [host, plugin] as const));

describe.each(protocols)("%s", (protocol) => {
  test.for(pairs)(
    "a %s host attaches to a %s plugin that its host has left, and ends it",
    async ([host, plugin], { sandbox }) => {
      const config = await leave(plugin, protocol, sandbox);
      expect(config).toMatchObject({ protocol, version: 1, network: "unix" });
      expect(await attach[host](config)).toEqual({ value: "hello", exited: true });
    },
  );

  test.for(pairs)(
    "a %s host leaves a %s plugin in test mode running; its context ends it",
    async ([host, plugin], { sandbox }) => {
      const { config, child, end, cancel } = await startInTestMode(plugin, protocol, sandbox);
      expect(config).toEqual({ ...config, protocol, version: 1, network: "unix", pid: child.pid, test: true });
      for (let times = 0; times < 2; times++) {
        expect(await attach[host](config)).toEqual({ value: "hello", exited: false });
        expect(sandbox.pids()).toEqual([child.pid]);
      }
      cancel();
      expect(await end).toEqual({ printed: ["closed"], code: 0 });
    },
  );

  test.for(languages)("a %s plugin in test mode bears a connection that says nothing", async (plugin, { sandbox }) => {
    const { config, end, cancel } = await startInTestMode(plugin, protocol, sandbox);
    await new Promise<void>((resolve) => {
      const socket = connect(config.address, () => socket.destroy());
      socket.on("close", () => resolve());
    });
    expect(await attach.TypeScript(config)).toMatchObject({ value: "hello" });
    cancel();
    await end;
  });
});
