import { launch } from "@go-plugin/host";
import { describe, expect } from "vitest";
import { faultPlugins } from "../src/fault-service.js";
import { test } from "../src/sandbox.js";
import { fixtureOptions, startError } from "../src/start-fixture.js";

describe("a line that Go's host accepts is accepted", () => {
  for (const [name, ...pieces] of [
    ["as it should be", "1|1|unix|{address}|grpc|\n"],
    ["in pieces", "1|1|un", "ix|{address}", "|", "grpc|", "\n"],
    ["without a sixth field", "1|1|unix|{address}|grpc\n"],
    ["with a seventh field", "1|1|unix|{address}|grpc||true\n"],
    ["with more fields", "1|1|unix|{address}|grpc||true|x|y\n"],
    ["with an old sixth field", "1|1|unix|{address}|grpc|extra data of an old plugin\n"],
    ["with white space around it", " \t1|1|unix|{address}|grpc| \r\n"],
    ["with Unicode's white space around it", "\u00a0\u20031|1|unix|{address}|grpc|\u3000\n"],
    ["with numbers in other forms", "+1|01|unix|{address}|grpc|\n"],
    ["with more lines in the same chunk", "1|1|unix|{address}|grpc|\nmore\nand more"],
  ] as const) {
    test(name, async ({ sandbox }) => {
      await using plugin = await launch(
        faultPlugins,
        fixtureOptions(sandbox, "prints-handshake-oddly", { args: pieces }),
      );
      const fault = await plugin.dispense("fault");
      expect(Buffer.from(await fault.call(Buffer.from("hello"))).toString()).toBe("hello");
    });
  }

  test("at the end of stdout, without a newline", async ({ sandbox }) => {
    const error = await startError(fixtureOptions(sandbox, "exits-after-line-without-newline"));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_EXITED", exitCode: 6, line: "1|1|unix|/nowhere|grpc|" });
    expect(error.message).toContain("after it had printed its handshake line");
  });
});

describe("a line that Go's host refuses is refused", () => {
  const certificateLike = Buffer.concat([Buffer.of(0x30), Buffer.alloc(600)])
    .toString("base64")
    .replace(/=+$/, "");
  for (const [title, line, code, message] of [
    ["blank", "\n", "ERR_PLUGIN_HANDSHAKE", 'Unrecognized remote plugin message: ""'],
    ["too few fields", "1|1|unix\n", "ERR_PLUGIN_HANDSHAKE", 'Unrecognized remote plugin message: "1|1|unix"'],
    [
      "a byte order mark",
      "\ufeff1|1|unix|{address}|grpc|\n",
      "ERR_PLUGIN_HANDSHAKE",
      "error parsing core protocol version",
    ],
    ["an inner space", "1 |1|unix|{address}|grpc|\n", "ERR_PLUGIN_HANDSHAKE", "error parsing core protocol version"],
    [
      "a later core version",
      "2|1|unix|{address}|grpc|\n",
      "ERR_PLUGIN_HANDSHAKE",
      "incompatible core API version with plugin. Plugin version: 2, Core version: 1",
    ],
    [
      "a version that is no number",
      "1|z|unix|{address}|grpc|\n",
      "ERR_PLUGIN_VERSION",
      'Error parsing protocol version "z"',
    ],
    [
      "a version that was not offered",
      "1|9|unix|{address}|grpc|\n",
      "ERR_PLUGIN_VERSION",
      "incompatible API version with plugin. Plugin version: 9, Client versions: [1]. The plugin is newer than this host",
    ],
    ["another network", "1|1|udp|127.0.0.1:53|grpc|\n", "ERR_PLUGIN_HANDSHAKE", "unknown address type"],
    ["no address", "1|1|unix||grpc|\n", "ERR_PLUGIN_HANDSHAKE", "expected the path of a socket"],
    [
      "another protocol",
      "1|1|unix|{address}|http|\n",
      "ERR_PLUGIN_PROTOCOL",
      'unsupported plugin protocol "http". Supported: [grpc]',
    ],
    [
      "the default protocol",
      "1|1|unix|{address}\n",
      "ERR_PLUGIN_PROTOCOL",
      'unsupported plugin protocol "netrpc". Supported: [grpc]',
    ],
    [
      "no certificate where one is expected",
      `1|1|unix|{address}|grpc|${"x-".repeat(30)}\n`,
      "ERR_PLUGIN_HANDSHAKE",
      "error parsing server cert",
    ],
    [
      "a certificate that nobody asked for",
      `1|1|unix|{address}|grpc|${certificateLike}\n`,
      "ERR_PLUGIN_HANDSHAKE",
      "TLS",
    ],
  ] as const) {
    test(title, async ({ sandbox }) => {
      // The socket that the line names has to be removed all the same.
      const name = line.includes("{address}") ? "prints-handshake-oddly" : "prints-line";
      const error = await startError(fixtureOptions(sandbox, name, { args: [line] }));
      expect(error.message).toContain(message);
      expect(error).toMatchObject({ code, exitCode: undefined });
    });
  }
});
