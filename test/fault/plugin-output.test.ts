import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { describe, expect } from "vitest";
import { patternLine } from "../src/commands.js";
import { commandsOf, type RawPlugin, startRawPlugin } from "../src/raw-plugin.js";
import { type Sandbox, test } from "../src/sandbox.js";

/** Keeps what a plugin prints, or only its digest. */
function destination() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _, callback) {
      chunks.push(chunk);
      callback();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

function digester() {
  const hash = createHash("sha256");
  let bytes = 0;
  const stream = new Writable({
    write(chunk, _, callback) {
      bytes += chunk.length;
      hash.update(chunk);
      callback();
    },
  });
  return { stream, bytes: () => bytes, digest: () => hash.digest("hex") };
}

function patternDigest(bytes: number): string {
  const hash = createHash("sha256");
  for (let index = 0; index < bytes / 1024; index++) hash.update(patternLine(index));
  return hash.digest("hex");
}

async function start(sandbox: Sandbox, name = "plugin-on-command", env: NodeJS.ProcessEnv = {}) {
  const plugin = startRawPlugin(sandbox, name, { env });
  const [stdout, stderr] = [destination(), destination()];
  const host = await plugin.connect({ stdout: stdout.stream, stderr: stderr.stream });
  const end = async () => {
    await host.shutdown({ timeoutMs: 10_000 });
    await host.closed;
    host.close();
    return plugin.exited;
  };
  return { plugin, host, stdout, stderr, command: await commandsOf(host), end };
}

/** Long runs of one character, shortened so that a failure can be read. */
function shorten(text: string): string {
  return text.replace(/(.)\1{999,}/g, (run) => `${run[0]}*${run.length}`);
}

/** The plugin's real stdout and stderr without the handshake line and the log. */
function around(plugin: RawPlugin): { stdout: string; stderr: string } {
  const isLogEntry = (line: string) => line.startsWith("{") && JSON.parse(line)["@level"];
  return {
    stdout: plugin.stdout().split("\n").slice(1).join(""),
    stderr: plugin
      .stderr()
      .split("\n")
      .filter((line) => line && !isLogEntry(line))
      .join("\n"),
  };
}

describe("the plugin's own output", () => {
  test("reaches the host from before serve until after the last call, and nothing else does", async ({ sandbox }) => {
    const { plugin, command, stdout, stderr, end } = await start(sandbox);
    await command("print one");
    await command("print-error two");
    const hanging = command("hang");
    await command("print three");
    await end();
    expect(await hanging).toBe("");
    expect(stdout.text()).toBe("one\nthree\ncancelled\n");
    expect(stderr.text()).toBe("two\n");
    expect(around(plugin)).toEqual({ stdout: "", stderr: "" });
  });

  test("is captured once when the package is loaded as ESM and as CommonJS", async ({ sandbox }) => {
    const { plugin, command, stdout, end } = await start(sandbox, "plugin-loads-the-package-twice");
    await command("any");
    await end();
    expect(stdout.text()).toBe("between the two\nafter both\nin a call\n");
    expect(around(plugin)).toEqual({ stdout: "", stderr: "" });
  });

  test("of before serve is there when the host asks for it", async ({ sandbox }) => {
    const { stdout, stderr, end } = await start(sandbox, "plugin-prints-before-serve");
    await end();
    expect(shorten(stdout.text())).toBe("log before serve\nwrite before serve\nx*262144\n");
    expect(stderr.text()).toBe("error before serve\n");
  });

  test("of 100 MB goes through whole, with flat memory", async ({ sandbox }) => {
    const bytes = 100 * 1024 * 1024;
    const plugin = startRawPlugin(sandbox, "plugin-on-command");
    const [stdout, stderr] = [digester(), digester()];
    const host = await plugin.connect({ stdout: stdout.stream, stderr: stderr.stream });
    const command = await commandsOf(host);
    const before = Number(await command("memory"));
    await Promise.all([command(`stdout ${bytes}`), command(`stderr ${bytes / 100}`)]);
    const after = Number(await command("memory"));
    await host.shutdown({ timeoutMs: 10_000 });
    await host.closed;
    host.close();
    await plugin.exited;
    expect(stdout.bytes()).toBe(bytes);
    expect(stdout.digest()).toBe(patternDigest(bytes));
    expect(stderr.digest()).toBe(patternDigest(bytes / 100));
    expect(after - before).toBeLessThan(48 * 1024 * 1024);
  });

  test("waits in the writer while the host does not read it", async ({ sandbox }) => {
    const plugin = startRawPlugin(sandbox, "plugin-on-command");
    const reading = new AbortController();
    const slow = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, callback) => {
        if (reading.signal.aborted) callback();
        else reading.signal.addEventListener("abort", () => callback());
      },
    });
    const host = await plugin.connect({ stdout: slow });
    const command = await commandsOf(host);
    const printing = command(`stdout ${32 * 1024 * 1024}`);
    expect(await Promise.race([printing, setTimeout(1_000, "waits")])).toBe("waits");
    reading.abort();
    await printing;
    await host.shutdown({ timeoutMs: 10_000 });
    host.close();
    await plugin.exited;
  });

  test("of a writer that never waits is complete up to a bound", async ({ sandbox }) => {
    const { stdout, command, end } = await start(sandbox);
    await command(`flood ${60 * 1024 * 1024}`);
    await end();
    expect(stdout.text() === `${"~".repeat(1023)}\n`.repeat(60 * 1024)).toBe(true);
  });

  test("of a writer that never waits costs bounded memory, and says what is missing", async ({ sandbox }) => {
    const { stdout, command, end } = await start(sandbox);
    const memory = Number(await command(`flood ${256 * 1024 * 1024}`));
    expect(memory).toBeLessThan(300 * 1024 * 1024);
    await command("print after the flood");
    await end();
    const dropped = /\n\[go-plugin: (\d+) bytes of output were dropped here: .*\]\nafter the flood\n$/.exec(
      stdout.text(),
    );
    const kept = stdout.text().replace(dropped![0], "");
    expect(kept.length + Number(dropped![1])).toBe(256 * 1024 * 1024);
  });

  test("that nobody reads is in the log at the end", async ({ sandbox }) => {
    const plugin = startRawPlugin(sandbox, "plugin-prints-before-serve");
    await plugin.line();
    plugin.child.kill("SIGTERM");
    await plugin.exited;
    expect(shorten(around(plugin).stderr)).toBe("log before serve\nwrite before serve\nx*262144\nerror before serve");
  });

  test("just before the process exits is in the log", async ({ sandbox }) => {
    const { plugin, command, host } = await start(sandbox, "plugin-on-command");
    await expect(command("last-words 7")).rejects.toThrow();
    host.close();
    expect(await plugin.exited).toEqual({ code: 7, signal: null });
    expect(around(plugin)).toEqual({ stdout: "", stderr: "last words on stdout\nlast words on stderr" });
  });
});

describe("what goes around process.stdout", () => {
  test("reaches the host's log where stdout is a pipe", async ({ sandbox }) => {
    const { plugin, command, stdout, end } = await start(sandbox);
    await command("descriptor 1 by descriptor");
    await command("descriptor 2 by descriptor, too");
    expect(await command("child echo by a child; echo by a child, too >&2")).toBe("0");
    await end();
    expect(stdout.text()).toBe("");
    expect(around(plugin)).toEqual({
      stdout: "",
      stderr: "by descriptor\nby descriptor, too\nby a child\nby a child, too",
    });
  });
});

describe("a process that imports the package and never serves", () => {
  for (const [how, exit, stderr] of [
    ["ends", 0, /^to stderr\n$/],
    ["exits", 4, /^to stderr\n$/],
    ["throws", 1, /^to stderr\npanic: /],
  ] as const) {
    test(`loses no output when it ${how}`, async ({ sandbox }) => {
      const process = startRawPlugin(sandbox, "plugin-never-serves", { args: [how] });
      expect(await process.exited).toEqual({ code: exit, signal: null });
      expect(process.stdout()).toBe("to stdout\n");
      expect(process.stderr()).toMatch(stderr);
    });
  }
});
