import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatHandshake, HandshakeError, type HandshakeExpectation, parseHandshake } from "./handshake.js";

const expected: HandshakeExpectation = { versions: [1], protocols: ["netrpc", "grpc"] };
const certificate = Buffer.concat([Buffer.from([0x30, 0x82]), Buffer.alloc(60, 7)])
  .toString("base64")
  .replace(/=+$/, "");

describe("parseHandshake accepts what Go's host accepts", () => {
  test.each([
    ["six fields", "1|1|unix|/tmp/p|grpc|", { protocol: "grpc" }],
    ["four fields of an old plugin", "1|1|unix|/tmp/p", { protocol: "netrpc" }],
    ["five fields", "1|1|unix|/tmp/p|grpc", { protocol: "grpc" }],
    ["a seventh field", "1|1|unix|/tmp/p|grpc||true", { multiplex: true }],
    ["more than seven fields", "1|1|unix|/tmp/p|grpc||false|x|y", { multiplex: false }],
    ["white space around it, Unicode's too", "\u00a0\t 1|1|unix|/tmp/p|grpc|\u0085\u3000\r", { address: "/tmp/p" }],
    ["a sign and leading zeros", "+01|01|tcp|127.0.0.1:1234|grpc|", { appVersion: 1, network: "tcp" }],
    ["old extra data in the sixth field", `1|1|unix|/tmp/p|grpc|${"x".repeat(50)}`, { serverCertificate: "" }],
    ["a certificate", `1|1|unix|/tmp/p|grpc|${certificate}`, { serverCertificate: certificate }],
    ["a broken seventh field that nobody asked for", "1|1|unix|/tmp/p|grpc||yes", { multiplex: undefined }],
  ])("%s", (_, line, fields) => {
    expect(parseHandshake(line, expected)).toMatchObject(fields);
  });

  test("net/rpc ignores multiplexing even when it was asked for", () => {
    expect(parseHandshake("1|1|unix|/tmp/p|netrpc|", { ...expected, multiplex: true }).protocol).toBe("netrpc");
  });
});

describe("parseHandshake refuses what Go's host refuses", () => {
  test.each([
    ["a blank line", "", "ERR_HANDSHAKE_UNRECOGNIZED", /Unrecognized remote plugin message: ""/],
    ["too few fields", "1|1|unix", "ERR_HANDSHAKE_UNRECOGNIZED", /Unrecognized remote plugin message: "1\|1\|unix"/],
    [
      "a byte order mark",
      "\ufeff1|1|unix|/tmp/p|grpc|",
      "ERR_HANDSHAKE_CORE_VERSION",
      /error parsing core protocol version/,
    ],
    ["an inner space", "1 |1|unix|/tmp/p|grpc|", "ERR_HANDSHAKE_CORE_VERSION", /error parsing core protocol version/],
    [
      "another core version",
      "2|1|unix|/tmp/p|grpc|",
      "ERR_HANDSHAKE_CORE_VERSION",
      /Plugin version: 2, Core version: 1/,
    ],
    [
      "a version that is no number",
      "1|z|unix|/tmp/p|grpc|",
      "ERR_HANDSHAKE_VERSION",
      /Error parsing protocol version "z"/,
    ],
    [
      "a version that was not offered",
      "1|9|unix|/tmp/p|grpc|",
      "ERR_HANDSHAKE_VERSION",
      /Plugin version: 9, Client versions: \[1\]/,
    ],
    ["an unknown network", "1|1|udp|1.2.3.4:5|grpc|", "ERR_HANDSHAKE_NETWORK", /unknown address type.*udp/],
    ["an empty address", "1|1|unix||grpc|", "ERR_HANDSHAKE_NETWORK", /path of a socket/],
    ["a tcp address without port", "1|1|tcp|localhost|grpc|", "ERR_HANDSHAKE_NETWORK", /host:port/],
    ["an unknown protocol", "1|1|unix|/tmp/p|http|", "ERR_HANDSHAKE_PROTOCOL", /"http". Supported: \[netrpc grpc\]/],
    [
      "a long sixth field that is no certificate",
      `1|1|unix|/tmp/p|grpc|${"!".repeat(51)}`,
      "ERR_HANDSHAKE_CERTIFICATE",
      /error parsing server cert/,
    ],
  ])("%s", (_, line, code, message) => {
    const error = failure(() => parseHandshake(line, expected));
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
  });

  test("the first failing check decides, in Go's order", () => {
    expect(failure(() => parseHandshake("2|z|udp|x|http|!", expected)).code).toBe("ERR_HANDSHAKE_CORE_VERSION");
    expect(failure(() => parseHandshake("1|z|udp|x|http|!", expected)).code).toBe("ERR_HANDSHAKE_VERSION");
    expect(failure(() => parseHandshake("1|1|udp|x|http|!", expected)).code).toBe("ERR_HANDSHAKE_NETWORK");
  });

  test.each([
    ["1|1|unix|/tmp/p|grpc|", /does not support the feature/],
    ["1|1|unix|/tmp/p|grpc||false", /does not support the feature/],
    ["1|1|unix|/tmp/p|grpc||yes", /error parsing "yes" as a boolean/],
  ])("multiplexing that was asked for and not confirmed: %s", (line, message) => {
    const error = failure(() => parseHandshake(line, { ...expected, multiplex: true }));
    expect(error.code).toBe("ERR_HANDSHAKE_MULTIPLEX");
    expect(error.message).toMatch(message);
  });

  test("an endless or binary line makes a short, printable message", () => {
    const error = failure(() => parseHandshake("\u0000\u001b[31m".repeat(100_000), expected));
    expect(error.message.length).toBeLessThan(2_000);
    expect(error.message).toMatch(/^[\x20-\x7e…]*$/);
  });
});

describe("formatHandshake", () => {
  test("keeps the empty certificate field", () => {
    const line = formatHandshake({
      appVersion: 1,
      network: "unix",
      address: "/tmp/p",
      protocol: "grpc",
      serverCertificate: "",
      multiplex: undefined,
    });
    expect(line).toBe("1|1|unix|/tmp/p|grpc|");
  });

  test("is read back as it was written", () => {
    const handshakes = fc.record({
      appVersion: fc.nat(),
      network: fc.constant("unix" as const),
      address: fc.string({ minLength: 1 }).map((name) => `/tmp/${name.replace(/[|\s\u0085]/gu, "")}`),
      protocol: fc.constantFrom("grpc" as const, "netrpc" as const),
      serverCertificate: fc.constantFrom("", certificate),
      multiplex: fc.constantFrom(undefined, true, false),
    });
    fc.assert(
      fc.property(handshakes, (handshake) => {
        const line = formatHandshake(handshake);
        expect(parseHandshake(line, { ...expected, versions: [handshake.appVersion] })).toEqual(handshake);
      }),
    );
  });
});

function failure(run: () => unknown): HandshakeError {
  try {
    run();
  } catch (error) {
    if (error instanceof HandshakeError) return error;
    throw error;
  }
  throw new Error("expected a HandshakeError");
}
