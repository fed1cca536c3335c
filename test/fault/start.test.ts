import { createLogger, launch } from "@go-plugin/host";
import { describe, expect } from "vitest";
import { fixture } from "../src/build-fixtures.js";
import { test } from "../src/sandbox.js";
import { fixtureOptions, noPlugins, startError } from "../src/start-fixture.js";

describe("a plugin that exits before its handshake", () => {
  test("by itself", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "exits-before-handshake"));
    expect(error).toMatchObject({
      code: "ERR_PLUGIN_EXITED",
      exitCode: 3,
      signal: undefined,
      line: undefined,
      stderrTail: "cannot read plugin.toml: no such file\n",
    });
    expect(error.message).toContain("the plugin exited with code 3 before it printed its handshake line");
    expect(error.message).toContain("cannot read plugin.toml");
    expect(error.message).toContain(fixture("exits-before-handshake"));
    expect(error.message).toContain(`(this process: ${process.arch})`);
  });

  test("by a signal", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "is-killed-before-handshake"));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_EXITED", exitCode: undefined, signal: "SIGKILL" });
    expect(error.message).toContain("the plugin was ended by SIGKILL before it printed its handshake line");
  });

  test("by the SIGTERM of a host that gives up, just when its socket is there", async ({ sandbox }) => {
    await startError(fixtureOptions(sandbox, "is-terminated-as-it-listens"));
    // The sandbox finds a socket that is left.
  });

  test("because the cookies differ", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "refuses-its-host"));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_EXITED", exitCode: 1 });
    expect(error.message).toContain("the magic cookies of host and plugin differ");
  });

  test("with code 0, because it never serves", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "serves-nothing"));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_EXITED", exitCode: 0 });
    expect(error.message).toContain("it ended without serving. Does the program call serve()");
  });

  test("because it opens /dev/stderr by name", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "opens-stderr-by-name"));
    expect(error.message).toContain("it opened /dev/stdout or /dev/stderr by name");
  });

  test("and leaves a grandchild that holds its pipes", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "leaves-grandchild-and-exits"));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_EXITED", exitCode: 5 });
    expect(error.message).toContain("the plugin itself has ended");
  });
});

describe("a plugin whose first line is not a handshake", () => {
  test("closed stdout", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "closes-stdout"));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_HANDSHAKE", exitCode: undefined });
    expect(error.message).toContain("Failed to read any lines from plugin's stdout: it was closed");
  });

  test("garbage", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "prints-garbage"));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_HANDSHAKE", line: "Listening on port 8080 \u001b[31m..." });
    expect(error.message).toContain(
      String.raw`Unrecognized remote plugin message: "Listening on port 8080 \u001b[31m..."`,
    );
    expect(error.message).toContain("the last words on stderr");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none must reach a terminal
    expect(error.message).not.toMatch(/[\x00-\x08\x0b-\x1f]/);
  });

  test("10 MB without a newline", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "prints-10-mb-without-newline"));
    expect(error.code).toBe("ERR_PLUGIN_HANDSHAKE");
    expect(error.line).toHaveLength(64 << 10);
    expect(error.message).toContain("64 KiB without a newline");
    expect(error.message.length).toBeLessThan(3_000);
  });

  test("binary", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "prints-binary"));
    expect(error.code).toBe("ERR_PLUGIN_HANDSHAKE");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none must reach a terminal
    expect(error.message).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
  });

  for (const [what, line, shown] of [
    ["a byte order mark", "\ufeff1|1|unix|/nowhere|grpc|", "\\u{feff}1|1|unix"],
    ["a no-break space", "1|1|unix|/no\u00a0where|grpc|", "/no\\u{a0}where"],
    ["a character of no width", "1|1\u200b|unix|/nowhere|grpc|", "1|1\\u{200b}|unix"],
  ] as const) {
    test(`with ${what}, which is shown`, async ({ sandbox }) => {
      const error = await startError(fixtureOptions(sandbox, "prints-line", { args: [`${line}\n`] }));
      expect(error.line).toBe(line);
      expect(error.message).toContain(`first line of stdout: "${shown.startsWith("/") ? "1|1|unix|" : ""}${shown}`);
    });
  }

  test("of another core version", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "wrong-core-version"));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_HANDSHAKE", line: "2|1|unix|/nowhere|grpc|" });
    expect(error.message).toContain("incompatible core API version with plugin. Plugin version: 2, Core version: 1");
  });

  test("with a network that does not exist", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "unsupported-network"));
    expect(error.code).toBe("ERR_PLUGIN_HANDSHAKE");
    expect(error.message).toContain("unknown address type");
    expect(error.message).toContain("127.0.0.1:53");
  });
});

describe("a plugin whose address is no good", () => {
  test("nobody listens", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "unreachable-address"));
    expect(error.code).toBe("ERR_PLUGIN_CONNECT");
    expect(error.message).toContain(`${sandbox.directory}/nobody-listens`);
    expect(error.message).toContain("ENOENT");
  });

  test("gone, with the process", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "address-already-gone"));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_EXITED", exitCode: 4 });
    expect(error.message).toContain("after it had printed its handshake line");
    expect(error.message).toContain("lost my socket");
  });

  for (const [address, message] of [
    ["tcp|127.0.0.1:0", "expected a port from 1 to 65535, got 0"],
    ["tcp|127.0.0.1:99999", "expected a port from 1 to 65535, got 99999"],
    ["tcp|[::1]:1", "connect E"],
    ["unix|.", "connect E"],
    [`unix|/${"x".repeat(200)}`, "connect ENOENT"],
  ] as const) {
    test(address, async ({ sandbox }) => {
      const args = [`1|1|${address}|grpc|\n`];
      const error = await startError(fixtureOptions(sandbox, "prints-line", { args }));
      expect(error.code).toBe("ERR_PLUGIN_CONNECT");
      expect(error.message).toContain(message);
    });
  }

  test("another protocol is spoken there", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "speaks-another-protocol"));
    expect(error.code).toBe("ERR_PLUGIN_CONNECT");
    expect(error.message).toContain("does not speak grpc there");
  });

  test("the process dies of the connection", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "exits-on-connection"));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_EXITED", exitCode: 2 });
    expect(error.message).toContain("panic: no gRPC today");
  });
});

describe("a plugin that hangs", () => {
  // Long enough for a process to reach this point on a busy machine.
  const startTimeoutMs = 3_000;

  test("before its handshake", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "hangs-before-handshake", { startTimeoutMs }));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_START_TIMEOUT", exitCode: undefined, line: undefined });
    expect(error.message).toContain("did not print its handshake line to stdout within 3000 ms (startTimeoutMs)");
  });

  test("within its handshake", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "prints-partial-line", { startTimeoutMs }));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_START_TIMEOUT", line: "1|1|unix|/tmp/plu" });
    expect(error.message).toContain("1|1|unix|/tmp/plu");
  });

  test("after its handshake", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "hangs-after-handshake", { startTimeoutMs }));
    expect(error.code).toBe("ERR_PLUGIN_START_TIMEOUT");
    expect(error.message).toContain(`did not answer at unix ${sandbox.directory}/plugin-silent within 3000 ms`);
  });

  test("and ignores SIGTERM", async ({ sandbox }) => {
    const options = { startTimeoutMs, shutdownTimeoutMs: 1_000 };
    const error = await startError(fixtureOptions(sandbox, "ignores-sigterm", options));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_START_TIMEOUT" });
    expect(error.stderrTail).toBe("ready to ignore\nSIGTERM ignored\n");
  });
});

test("a failure of the host's own code is not taken for one of the operating system", async ({ sandbox }) => {
  const failure = new TypeError("the logger is broken");
  const logger = createLogger((_level, message) => {
    if (message === "starting plugin") throw failure;
  });
  await expect(launch(noPlugins, fixtureOptions(sandbox, "works", { logger }))).rejects.toBe(failure);
});
