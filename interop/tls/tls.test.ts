import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, test } from "vitest";
import type { Language } from "../broker/run-pair.js";
import { attempt, converse, type Tls } from "./attempt.js";
import { Authority, type Request } from "./certificates.js";

const directory = mkdtempSync(join(tmpdir(), "certificates-"));
afterAll(() => rmSync(directory, { recursive: true }));

const trusts = await Authority.create(directory, "trusted");
const other = await Authority.create(directory, "other");

/** A side with the certificate that `request` describes, which trusts `trusts`. */
const side = async (name: string, request: Request = {}, authority = trusts) => ({
  trusts,
  identity: await authority.issue(name, request),
});
const host = await side("host");
const plugin = await side("plugin");

// The last entry means that the plugin cannot call back: for the broker's connections the host is the server and the
// plugin the client.
const accepted: readonly [string, Tls, Tls, "one way"?][] = [
  ["AutoMTLS", "AutoMTLS", "plain"],
  ["certificates of one authority", host, plugin],
  [
    "certificates for their own side alone",
    await side("client-only", { usages: ["clientAuth"] }),
    await side("server-only", { usages: ["serverAuth"] }),
    "one way",
  ],
  [
    "a plugin that takes clients without a certificate",
    { trusts },
    { ...(await side("open-plugin")), anyClient: true },
    "one way",
  ],
  [
    "certificates for the names that the other side expects",
    { ...(await side("named-host", { name: "host.example" })), serverName: "plugin.example" },
    { ...(await side("named-plugin", { name: "plugin.example" })), serverName: "host.example" },
  ],
];

const pluginRefused = /the plugin (refused this host's certificate|closed the connection during the TLS handshake)/;

// The last entry is a TypeScript host's sentence about what was refused and why, with the words of OpenSSL or BoringSSL
// behind it. A host that a plugin refuses does not always learn the reason.
const refused: readonly [string, Tls, Tls, RegExp?][] = [
  ["a host without a certificate", { trusts }, plugin],
  ["a host with a certificate of someone else", await side("other-host", {}, other), plugin],
  ["a host with an expired certificate", await side("expired-host", { expired: true }), plugin],
  ["a host with a certificate for servers", await side("server-as-host", { usages: ["serverAuth"] }), plugin],
  ["a host that does not use TLS", "plain", plugin, /It may expect TLS: see the options tls and autoMtls/],
  [
    "a plugin with a certificate of someone else",
    host,
    await side("other-plugin", {}, other),
    /this host refused the plugin's certificate, which none of the authorities in tls\.ca has signed \(.*unable to verify/,
  ],
  [
    "a plugin with an expired certificate",
    host,
    await side("expired-plugin", { expired: true }),
    /this host refused the plugin's certificate, which is not valid at this time \(.*certificate has expired/,
  ],
  [
    "a plugin with a certificate for clients",
    host,
    await side("client-as-plugin", { usages: ["clientAuth"] }),
    /this host refused the plugin's certificate, whose extended key usage does not include serverAuth \(.*(unsuitable|unsupported) certificate purpose/,
  ],
  [
    "a plugin with a certificate for another name",
    host,
    await side("other-name", { name: "example.com" }),
    /this host refused the plugin's certificate, which is for another name than tls\.serverName \(.*example\.com/,
  ],
  [
    "a plugin that does not use TLS",
    host,
    "plain",
    /the plugin does not use TLS on its socket, and this host does.*(wrong.version.number|packet length)/i,
  ],
  ["a plugin that does not take part in AutoMTLS", "AutoMTLS", plugin, /sent no certificate/],
];

const pairs: readonly (readonly [Language, Language])[] = [
  ["Go", "Go"],
  ["TypeScript", "Go"],
  ["Go", "TypeScript"],
  ["TypeScript", "TypeScript"],
];

describe.concurrent.each(pairs)("a %s host and a %s plugin", (...pair) => {
  describe.each([
    ["plain", false],
    ["multiplexed", true],
  ])("%s", (_, multiplex) => {
    test.for(accepted)("talk, and through their brokers, with %s", async ([, host, plugin, oneWay], { expect }) => {
      const { end: _, ...outcomes } = await converse(pair, host, plugin, multiplex);
      const [id, hello] = [expect.any(Number), expect.stringMatching(/^(host|plugin) \d+: hello$/)];
      const reply = { id, texts: [hello], count: 2 };
      const refused = { id, error: "Unavailable" };
      expect(outcomes).toEqual({ ping: { error: "" }, callback: [oneWay ? refused : reply], "call-plugin": reply });
    });
  });

  test.for(refused)("refuse %s", async ([, hostTls, pluginTls, reason = pluginRefused], { expect }) => {
    const refused = pair[0] === "Go" ? "Unavailable" : { message: expect.stringMatching(reason) };
    expect(await attempt(pair, hostTls, pluginTls)).toMatchObject({ refused });
  });
});
