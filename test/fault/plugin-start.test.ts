import { mkdirSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { commandsOf, startRawPlugin } from "../src/raw-plugin.js";
import { test } from "../src/sandbox.js";

describe("a plugin that was not started by its host", () => {
  for (const cookie of [undefined, "", "goodbye"]) {
    test(`with the cookie ${JSON.stringify(cookie)} says what it is`, async ({ sandbox }) => {
      const plugin = startRawPlugin(sandbox, "plugin-on-command", { env: { BASIC_PLUGIN: cookie } });
      expect(await plugin.exited).toEqual({ code: 1, signal: null });
      expect(plugin.stderr()).toMatch(/^This program is a plugin: .*\n.*\n$/);
      expect(plugin.stdout()).toBe("");
    });
  }

  test("prints what it has to say by itself too", async ({ sandbox }) => {
    const env = { BASIC_PLUGIN: undefined };
    const plugin = startRawPlugin(sandbox, "plugin-prints-before-serve", { env });
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stdout()).toBe(`log before serve\nwrite before serve\n${"x".repeat(256 * 1024)}\n`);
    expect(plugin.stderr()).toMatch(/^This program is a plugin(.|\n)*\nerror before serve\n$/);
  });

  test("because its author forgot the cookie names the author", async ({ sandbox }) => {
    const plugin = startRawPlugin(sandbox, "plugin-without-cookie");
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stderr()).toMatch(/^This plugin is misconfigured: .*\n.*author.*\n$/);
    expect(plugin.stdout()).toBe("before serve\n");
  });
});

describe("the handshake line", () => {
  for (const stdio of ["pipes", "sockets"] as const) {
    test(`is all that a host reads, over ${stdio}, however much is printed before`, async ({ sandbox }) => {
      const plugin = startRawPlugin(sandbox, "plugin-prints-before-serve", { stdio });
      const line = await plugin.line();
      expect(line).toMatch(new RegExp(`^1\\|1\\|unix\\|${sandbox.directory}/plugin[0-9a-f]{16}\\|grpc\\|$`));
      plugin.child.kill("SIGTERM");
      await plugin.exited;
      expect(plugin.stdout().replace(/\n+$/, "")).toBe(line);
    });
  }

  test("is not garbled by what goes around process.stdout, where stdout is a pipe", async ({ sandbox }) => {
    const plugin = startRawPlugin(sandbox, "plugin-writes-to-descriptors-before-serve");
    expect(await plugin.line()).toMatch(/^1\|1\|unix\|/);
    const host = await plugin.connect();
    expect(await (await commandsOf(host))("any")).toBe("served");
    await host.shutdown({ timeoutMs: 5_000 });
    host.close();
    await plugin.exited;
    expect(plugin.stderr()).toContain("descriptor before serve\nchild before serve\n");
  });

  for (const [own, offered, chosen] of [
    ["1,2,10", "2,10,9", 10],
    ["1,2,10", "1,2", 2],
    ["0,1", "0", 0],
    ["2,3", "1", 2],
    ["2,3", undefined, 2],
    ["2,3", "", 2],
  ] as const) {
    test(`names version ${chosen} of ${own} when the host offers ${offered}`, async ({ sandbox }) => {
      const env = { FIXTURE_VERSIONS: own, PLUGIN_PROTOCOL_VERSIONS: offered };
      const plugin = startRawPlugin(sandbox, "plugin-on-command", { env });
      expect((await plugin.line()).split("|").slice(0, 2)).toEqual(["1", String(chosen)]);
      plugin.child.kill("SIGTERM");
      await plugin.exited;
    });
  }

  test("skips and names versions that are no numbers", async ({ sandbox }) => {
    const env = { PLUGIN_PROTOCOL_VERSIONS: "x, 1,1,1.5" };
    const plugin = startRawPlugin(sandbox, "plugin-on-command", { env });
    expect((await plugin.handshake()).appVersion).toBe(1);
    plugin.child.kill("SIGTERM");
    await plugin.exited;
    for (const entry of ['"x"', '" 1"', '"1.5"']) expect(plugin.stderr()).toContain(`plugin version ${entry}\n`);
  });

  test("comes from a host of the first days, too, that says nothing but the cookie", async ({ sandbox }) => {
    const env = { PLUGIN_PROTOCOL_VERSIONS: undefined, PLUGIN_MIN_PORT: undefined, PLUGIN_MAX_PORT: undefined };
    const plugin = startRawPlugin(sandbox, "plugin-on-command", { env });
    const host = await plugin.connect();
    expect(await (await commandsOf(host))("version")).toBe("1");
    await host.shutdown({ timeoutMs: 5_000 });
    host.close();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });
});

describe("the socket", () => {
  test("is for the user alone from the first instant, in the host's directory", async ({ sandbox }) => {
    const directory = join(sandbox.directory, "sockets");
    mkdirSync(directory);
    const plugin = startRawPlugin(sandbox, "plugin-on-command", { env: { PLUGIN_UNIX_SOCKET_DIR: directory } });
    const { address } = await plugin.handshake();
    expect(address.startsWith(`${directory}/plugin`)).toBe(true);
    const { mode, ctimeNs, mtimeNs } = statSync(address, { bigint: true });
    expect(mode & 0o777n).toBe(0o600n);
    // A later change of the mode would show in only one of them.
    expect(ctimeNs).toBe(mtimeNs);
    plugin.child.kill("SIGTERM");
    await plugin.exited;
    // Fails unless the directory is empty.
    rmdirSync(directory);
  });

  test("is missed in a clear error when its directory does not exist", async ({ sandbox }) => {
    const env = { PLUGIN_UNIX_SOCKET_DIR: "/does/not/exist" };
    const plugin = startRawPlugin(sandbox, "plugin-on-command", { env });
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stdout()).toBe("");
    expect(plugin.stderr()).toMatch(/^panic: .*PLUGIN_UNIX_SOCKET_DIR/m);
  });

  test("is missed in a clear error when the host's directory has too long a path", async ({ sandbox }) => {
    const env = { PLUGIN_UNIX_SOCKET_DIR: `${sandbox.directory}/${"d".repeat(100)}` };
    const plugin = startRawPlugin(sandbox, "plugin-on-command", { env });
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stderr()).toMatch(/^panic: .*at most \d+ bytes/m);
  });
});

test("what the host says to the plugin does not reach the plugin's children", async ({ sandbox }) => {
  const plugin = startRawPlugin(sandbox, "plugin-on-command", { env: { PLUGIN_UNIX_SOCKET_GROUP: "" } });
  const host = await plugin.connect();
  await (await commandsOf(host))("child env >&2");
  await host.shutdown({ timeoutMs: 5_000 });
  host.close();
  await plugin.exited;
  expect(plugin.stderr()).toContain("BASIC_PLUGIN=hello\n");
  expect(plugin.stderr()).not.toMatch(/^PLUGIN_/m);
});

test("a certificate of the host that is none ends the plugin, instead of being served in plain text", async ({
  sandbox,
}) => {
  const plugin = startRawPlugin(sandbox, "plugin-on-command", { env: { PLUGIN_CLIENT_CERT: "PEM" } });
  expect(await plugin.exited).toEqual({ code: 1, signal: null });
  expect(plugin.stdout()).toBe("");
  expect(plugin.stderr()).toMatch(/^panic: .*PLUGIN_CLIENT_CERT/m);
});
