import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, test } from "vitest";
import type { Language } from "../broker/run-pair.js";
import { attempt, type Tls } from "./attempt.js";
import { Authority, type Request } from "./certificates.js";

const directory = mkdtempSync(join(tmpdir(), "certificates-"));
afterAll(() => rmSync(directory, { recursive: true }));

const trusts = await Authority.create(directory, "trusted");
const other = await Authority.create(directory, "other");

/** Trusts `trusts`, and is what it says. */
const side = async (name: string, request: Request = {}, authority = trusts) => ({
  trusts,
  identity: await authority.issue(name, request),
});
const host = await side("host");
const plugin = await side("plugin");

const accepted: readonly [string, Tls, Tls][] = [
  ["AutoMTLS", "AutoMTLS", "plain"],
  ["certificates of one authority", host, plugin],
  [
    "certificates for their own side alone",
    await side("client-only", { usages: ["clientAuth"] }),
    await side("server-only", { usages: ["serverAuth"] }),
  ],
];

// With what a TypeScript host says of the plugin that it refuses; whom a plugin refuses is not always told why.
const refused: readonly [string, Tls, Tls, RegExp?][] = [
  ["a host without a certificate", { trusts }, plugin],
  ["a host with a certificate of someone else", await side("other-host", {}, other), plugin],
  ["a host with an expired certificate", await side("expired-host", { expired: true }), plugin],
  ["a host with a certificate for servers", await side("server-as-host", { usages: ["serverAuth"] }), plugin],
  ["a host that does not use TLS", "plain", plugin],
  ["a plugin with a certificate of someone else", host, await side("other-plugin", {}, other), /unable to verify/],
  [
    "a plugin with an expired certificate",
    host,
    await side("expired-plugin", { expired: true }),
    /certificate has expired/,
  ],
  [
    "a plugin with a certificate for clients",
    host,
    await side("client-as-plugin", { usages: ["clientAuth"] }),
    /unsuitable certificate purpose/,
  ],
  [
    "a plugin with a certificate for another name",
    host,
    await side("other-name", { name: "example.com" }),
    /example\.com/,
  ],
  ["a plugin that does not use TLS", host, "plain", /wrong version number|packet length/],
  ["a plugin that does not take part in AutoMTLS", "AutoMTLS", plugin, /sent no certificate/],
];

const pairs: readonly (readonly [Language, Language])[] = [
  ["Go", "Go"],
  ["TypeScript", "Go"],
  ["Go", "TypeScript"],
  ["TypeScript", "TypeScript"],
];

describe.concurrent.each(pairs)("a %s host and a %s plugin", (...pair) => {
  test.for(accepted)("talk with %s", async ([, hostTls, pluginTls], { expect }) => {
    expect(await attempt(pair, hostTls, pluginTls)).toBe("accepted");
  });

  test.for(refused)("refuse %s", async ([, hostTls, pluginTls, reason = /UNAVAILABLE/], { expect }) => {
    const refused = pair[0] === "Go" ? "Unavailable" : { message: expect.stringMatching(reason) };
    expect(await attempt(pair, hostTls, pluginTls)).toMatchObject({ refused });
  });
});
