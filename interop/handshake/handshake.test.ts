import { loadTls } from "@go-plugin/proto/internal";
import { test } from "@go-plugin/test/sandbox";
import { describe, expect } from "vitest";
import { type Attempt, tryHosts } from "./try-hosts.js";

type Row = readonly [title: string, line: string | readonly string[], attempt?: Attempt];

const attemptOf = ([, line, attempt]: Row): Attempt => ({ pieces: [line].flat(), ...attempt });

/** Go's error without its parsers' additions and without the text that ours quotes. */
function essence(error: string | undefined): string {
  return error!.replace(/(?<=message|type): .*|: (strconv|illegal|x509).*|;.*|\n.*/s, "");
}

const multiplex = true;
const protocol = "netrpc";

describe("accepted, and the plugin answers", () => {
  const accepted: readonly Row[] = [
    ["six fields", "1|1|unix|{address}|grpc|\n"],
    ["five fields", "1|1|unix|{address}|grpc\n"],
    ["four fields: net/rpc", "1|1|unix|{address}\n", { protocol }],
    ["five fields: net/rpc", "1|1|unix|{address}|netrpc\n", { protocol }],
    ["six fields: net/rpc", "1|1|unix|{address}|netrpc|\n", { protocol }],
    ["TCP", "1|1|tcp|127.0.0.1:{port}|grpc|\n"],
    ["TCP with a name", "1|1|tcp|localhost:{port}|grpc|\n"],
    ["TCP without a name", "1|1|tcp|:{port}|grpc|\n"],
    ["TCP: net/rpc", "1|1|tcp|127.0.0.1:{port}\n", { protocol }],
    ["more fields than are known", "1|1|unix|{address}|grpc||true|x|y\n"],
    ["50 bytes of an old sixth field", `1|1|unix|{address}|grpc|${"x".repeat(50)}\n`],
    ["white space around it", " \t1|1|unix|{address}|grpc| \n"],
    ["white space around an address at the end", "1|1|unix|{address} \n", { protocol }],
    ["Unicode's white space around it", "\u00a0\u20031|1|unix|{address}|grpc|\u3000\n"],
    ["CR LF", "1|1|unix|{address}|grpc|\r\n"],
    ["CR CR LF", "1|1|unix|{address}|grpc|\r\r\n"],
    ["CR LF after four fields", "1|1|unix|{address}\r\n", { protocol }],
    ["signs and zeros in the numbers", "+1|01|unix|{address}|grpc|\n"],
    ["in pieces", ["1|1|un", "ix|{address}", "|", "grpc|", "\n"]],
    ["more lines at once", "1|1|unix|{address}|grpc|\nmore\nand more"],
    ["64 KiB with its newline", `${" ".repeat((64 << 10) - 24)}1|1|tcp|127.0.0.1:{port}\n`, { protocol }],
    ["no newline, and then the end of stdout", ["1|1|unix|{address}|grpc|", "{end}"]],
    ["the end of stdout after the line", ["1|1|unix|{address}|grpc|\n", "{end}"]],
    ["multiplexing that nobody asked for", "1|1|unix|{address}|grpc||true\n"],
    ["a seventh field that nobody asked for", "1|1|unix|{address}|grpc||yes\n"],
    ["multiplexing", "1|1|unix|{address}|grpc||true\n", { multiplex }],
    ["multiplexing as a 1", "1|1|unix|{address}|grpc||1\n", { multiplex }],
    ["multiplexing as a T", "1|1|unix|{address}|grpc||T\n", { multiplex }],
    ["multiplexing behind an old sixth field", "1|1|unix|{address}|grpc|old|TRUE|x\n", { multiplex }],
    ["multiplexing asked of net/rpc, which always does", "1|1|unix|{address}|netrpc\n", { protocol, multiplex }],
  ];
  test.for(accepted)("%s", async (row, { sandbox }) => {
    const { go, ours } = await tryHosts(sandbox, attemptOf(row));
    expect(go).toEqual({ accepted: true });
    expect(ours).toEqual(go);
  });
});

describe("refused, with what Go says", () => {
  const refused: readonly Row[] = [
    ["a blank line", "\n"],
    ["white space", " \t\n"],
    ["a blank line before the line", "\n1|1|unix|/nowhere|grpc|\n"],
    ["three fields", "1|1|unix\n"],
    ["text", "Listening on port 8080\n"],
    ["text, no newline, and then the end of stdout", ["Listening", "{end}"]],
    ["an empty core version", "|1|unix|/nowhere|grpc|\n"],
    ["a core version that is no number", "one|1|unix|/nowhere|grpc|\n"],
    ["a byte order mark", "\ufeff1|1|unix|/nowhere|grpc|\n"],
    ["an inner space", "1 |1|unix|/nowhere|grpc|\n"],
    ["a hexadecimal core version", "0x1|1|unix|/nowhere|grpc|\n"],
    ["another core version", "2|1|unix|/nowhere|grpc|\n"],
    ["a negative core version", "-1|1|unix|/nowhere|grpc|\n"],
    ["an empty version", "1||unix|/nowhere|grpc|\n"],
    ["a version that is no number", "1|z|unix|/nowhere|grpc|\n"],
    ["a version with a fraction", "1|1.0|unix|/nowhere|grpc|\n"],
    ["a version beyond all numbers", "1|99999999999999999999|unix|/nowhere|grpc|\n"],
    ["a version that was not offered", "1|9|unix|/nowhere|grpc|\n"],
    ["a lower version that was not offered", "1|0|unix|/nowhere|grpc|\n"],
    ["the version before the network", "1|9|udp|127.0.0.1:53|http|\n"],
    ["an unknown network", "1|1|udp|127.0.0.1:53|grpc|\n"],
    ["a network in capitals", "1|1|UNIX|/nowhere|grpc|\n"],
    ["the network before the protocol", "1|1|udp|127.0.0.1:53|http|\n"],
    ["an unknown protocol", "1|1|unix|/nowhere|http|\n"],
    ["an empty protocol", "1|1|unix|/nowhere||\n"],
    ["a protocol in capitals", "1|1|unix|/nowhere|GRPC|\n"],
    ["CR after a field that another follows", "1|1|unix|/nowhere|grpc\r|\n"],
    ["four fields, where only gRPC is allowed", "1|1|unix|/nowhere\n"],
    ["net/rpc, where only gRPC is allowed", "1|1|unix|/nowhere|netrpc\n"],
    ["gRPC, where only net/rpc is allowed", "1|1|unix|/nowhere|grpc\n", { protocol }],
    ["51 bytes that are no certificate", `1|1|unix|/nowhere|grpc|${"x-".repeat(25)}x\n`],
    ["51 bytes in fewer characters", `1|1|unix|/nowhere|grpc|${"€".repeat(17)}\n`],
    ["no certificate, where AutoMTLS asks for one", `1|1|unix|/nowhere|grpc|${"xx".repeat(30)}\n`, { autoMtls: true }],
    ["no word of multiplexing", "1|1|unix|/nowhere|grpc|\n", { multiplex }],
    ["no multiplexing", "1|1|unix|/nowhere|grpc||false\n", { multiplex }],
    ["multiplexing as a 0", "1|1|unix|/nowhere|grpc||0\n", { multiplex }],
    ["multiplexing that is no boolean", "1|1|unix|/nowhere|grpc||yes\n", { multiplex }],
    ["an empty word of multiplexing", "1|1|unix|/nowhere|grpc||\n", { multiplex }],
    ["no newline from a plugin that stays", "1|1|unix|/nowhere|grpc|", { startTimeoutMs: 1_000 }],
    ["CR in place of a newline", "1|1|unix|/nowhere|grpc|\rmore", { startTimeoutMs: 1_000 }],
    ["nothing from a plugin that stays", [], { startTimeoutMs: 1_000 }],
  ];
  test.for(refused)("%s", async (row, { sandbox }) => {
    const { go, ours } = await tryHosts(sandbox, attemptOf(row));
    expect(go).toEqual({ accepted: false, error: expect.any(String) });
    expect(ours).toEqual({ accepted: false, error: expect.stringContaining(essence(go.error)) });
  });
});

describe("refused, with more than Go says", () => {
  const certificateLike = Buffer.concat([Buffer.of(0x30), Buffer.alloc(600)])
    .toString("base64")
    .replace(/=+$/, "");
  test.for<readonly [...Required<Row>, says: string]>([
    ["an exit before the line", [], { fixture: "exits-before-handshake" }, "exited with code 3 before it printed"],
    [
      "the end of stdout before a line",
      [],
      { fixture: "closes-stdout" },
      "it was closed without a handshake line, while the process is still running",
    ],
    ["more than 64 KiB", `${" ".repeat(64 << 10)}1|1|unix|/nowhere|grpc|\n`, {}, "got 64 KiB without a newline"],
    ["a TCP address without a port", "1|1|tcp|localhost|grpc|\n", {}, "expected host:port"],
    [
      "DER that is no certificate, where nobody asked for one",
      `1|1|unix|/nowhere|grpc|${certificateLike}\n`,
      {},
      "the plugin sent a TLS certificate, but this host did not ask for AutoMTLS",
    ],
  ])("%s", async ([title, line, attempt, says], { sandbox }) => {
    const { go, ours } = await tryHosts(sandbox, attemptOf([title, line, attempt]));
    expect(go).toEqual({ accepted: false, error: expect.any(String) });
    expect(ours).toEqual({ accepted: false, error: expect.stringContaining(says) });
  });
});

describe("accepted, and nobody answers", () => {
  const silent: readonly Row[] = [
    ["no newline, and then an exit", [], { fixture: "exits-after-line-without-newline" }],
    ["an exit after the line", [], { fixture: "address-already-gone" }],
    ["a socket that is not there", [], { fixture: "unreachable-address" }],
    ["a port where nobody listens: net/rpc", "1|1|tcp|127.0.0.1:1\n", { protocol }],
  ];
  test.for(silent)("%s", async (row, { sandbox }) => {
    const { go, ours } = await tryHosts(sandbox, attemptOf(row));
    expect(go).toEqual({ accepted: true, error: expect.any(String) });
    expect(ours).toEqual({ accepted: true, error: expect.any(String) });
  });
});

describe("refused, where Go accepts what cannot work and then fails to connect", () => {
  test.for<Row>([
    ["no address", "1|1|unix||grpc|\n"],
    ["no certificate under AutoMTLS", "1|1|unix|{address}|grpc|\n", { autoMtls: true }],
  ])("%s", async (row, { sandbox }) => {
    const { go, ours } = await tryHosts(sandbox, attemptOf(row));
    expect(go).toEqual({ accepted: true, error: expect.any(String) });
    expect(ours).toEqual({ accepted: false, error: expect.any(String) });
  });
});

test("refused, where Go's host panics: a certificate that nobody asked for", async ({ sandbox }) => {
  const { generateCertificate } = await loadTls();
  const { certificate } = await generateCertificate();
  const field = certificate.toString("base64").replace(/=+$/, "");
  const { go, ours } = await tryHosts(sandbox, { pieces: [`1|1|unix|{address}|grpc|${field}\n`] });
  expect(go).toMatchObject({ panicked: true, error: expect.stringMatching(/^panic: /) });
  expect(ours).toEqual({ accepted: false, error: expect.stringContaining("the plugin sent a TLS certificate") });
});
