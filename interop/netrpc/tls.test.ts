import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type ConnectionOptions, connect } from "node:tls";
import { launch, silentLogger } from "@go-plugin/host";
import { afterAll, describe, expect, test } from "vitest";
import { oldCiphers, type Result, type Tls } from "../tls/attempt.js";
import { Authority, type Request } from "../tls/certificates.js";
import { attempt } from "./attempt.js";
import { type Pair, pairs, pluginCommand } from "./run-pair.js";
import { hostPlugins } from "./shared.js";

const directory = mkdtempSync(join(tmpdir(), "netrpc-certificates-"));
afterAll(() => rmSync(directory, { recursive: true }));

const trusts = await Authority.create(directory, "trusted");
const stranger = await Authority.create(directory, "stranger");

/** TLS options with the certificate `is`, trusting `trusts`. */
const side = async (name: string, request: Request = {}, authority = trusts) => ({
  trusts,
  identity: await authority.issue(name, request),
});
const host = await side("host");
const plugin = await side("plugin");
const old = { maxVersion: "1.1" } as const;

// With the error of a TypeScript host that refuses. A host that a plugin refuses does not always learn the reason.
type Case = readonly [string, Tls, Tls, RegExp?];
const cases: readonly Case[] = [
  ["AutoMTLS", "AutoMTLS", "plain"],
  ["certificates of one authority", host, plugin],
  ["a host without a certificate", { trusts }, plugin],
  ["a host with a certificate of someone else", await side("other-host", {}, stranger), plugin],
  ["a host with an expired certificate", await side("expired-host", { expired: true }), plugin],
  ["a host that does not use TLS", "plain", plugin],
  ["a plugin with a certificate of someone else", host, await side("other-plugin", {}, stranger), /unable to verify/],
  ["a plugin with a certificate for another name", host, await side("name", { name: "example.com" }), /example\.com/],
  ["a plugin that does not use TLS", host, "plain", /does not speak netrpc|(may|does) not use TLS/],
  ["a plugin that does not take part in AutoMTLS", "AutoMTLS", plugin, /sent no certificate/],
];

const inGo = new Map<Case, Promise<Result>>();

/** The outcome of Go with Go, measured once. */
function referenceFor(one: Case): Promise<Result> {
  const known = inGo.get(one) ?? attempt(["Go", "Go"], one[1], one[2]);
  inGo.set(one, known);
  return known;
}

describe.concurrent.each(pairs)("for a %s host and a %s plugin it is as for Go:", (...pair) => {
  test.for(cases)("%s", async (one, { expect }) => {
    const [_, hostTls, pluginTls, reason] = one;
    const result = await attempt(pair, hostTls, pluginTls);
    if ((await referenceFor(one)) === "accepted") expect(result).toBe("accepted");
    else expect(result).toMatchObject({ refused: {} });
    if (reason && pair[0] === "TypeScript") {
      expect(result).toMatchObject({ refused: { message: expect.stringMatching(reason) } });
    }
  });
});

test("TLS 1.1 is refused by either side; Go with Go can be told to speak it", async () => {
  expect(await attempt(["Go", "Go"], { ...host, ...old }, { ...plugin, ...old })).toBe("accepted");
  expect(await attempt(["Go", "TypeScript"], { ...host, ...old }, plugin)).toMatchObject({ refused: {} });
  expect(await attempt(["TypeScript", "Go"], host, { ...plugin, ...old })).toMatchObject({
    refused: { code: "ERR_PLUGIN_CONNECT", message: expect.stringMatching(/version/) },
  });
});

describe.concurrent("a plugin that announces another certificate than it uses", () => {
  const others = new X509Certificate(stranger.ca).raw.toString("base64").replace(/=+$/, "");

  test.for([
    ["another one", others, "ERR_PLUGIN_CONNECT"],
    ["none", "none", "ERR_PLUGIN_HANDSHAKE"],
    ["no certificate at all", "A".repeat(200), "ERR_PLUGIN_HANDSHAKE"],
  ] as const)("is refused by a host: %s", async ([, certificate, code], { expect }) => {
    const announced = (pair: Pair) => attempt(pair, "AutoMTLS", "plain", [`-announce-certificate=${certificate}`]);
    expect(await announced(["Go", "Go"])).toMatchObject({ refused: {} });
    expect(await announced(["TypeScript", "Go"])).toMatchObject({ refused: { code } });
  });
});

/** The first frames of a yamux client: a stream, and a ping. */
const hello = Buffer.from("000100010000000100000000" + "000200010000000000000007", "hex");

/** The answer to a peer that speaks yamux at once. */
async function answer(socket: ReturnType<typeof connectPlain>): Promise<string> {
  socket.on("error", () => {});
  socket.write(hello);
  return text(socket).catch(() => "");
}

const intruders: readonly (readonly [string, ConnectionOptions])[] = [
  ["without a certificate", {}],
  ["with a certificate of its own", await stranger.issue("intruder")],
  ["that speaks TLS 1.1", { minVersion: "TLSv1", maxVersion: "TLSv1.1", ...oldCiphers }],
];

test.each(["Go", "TypeScript"] as const)("under AutoMTLS a %s plugin is open to its host alone", async (language) => {
  const [command, ...args] = pluginCommand(language);
  const env = { TMPDIR: directory };
  await using plugin = await launch(hostPlugins, { command, args, env, autoMtls: true, logger: silentLogger });
  const { address: path } = plugin.reattachConfig({ includeKeys: true });
  expect(["", "\u0015"], "nothing, or a TLS alert").toContain((await answer(connectPlain(path))).slice(0, 1));
  for (const [name, options] of intruders) {
    expect(await answer(connect({ ...options, path, rejectUnauthorized: false })), name).toBe("");
  }
  const caller = await plugin.dispense("caller");
  expect(await caller.nextId({})).toBeGreaterThan(0);
});
