import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type ConnectionOptions, connect } from "node:tls";
import { launch, silentLogger } from "@go-plugin/host";
import { loadTls } from "@go-plugin/proto/internal";
import { afterAll, describe, expect, test } from "vitest";
import { pluginCommand } from "../broker/run-pair.js";
import { brokerPlugins, echoService } from "../broker/shared.js";
import { Side } from "../broker/side.js";
import { attempt, attemptInGo, oldCiphers, type Tls } from "./attempt.js";
import { Authority, type Identity } from "./certificates.js";

const directory = mkdtempSync(join(tmpdir(), "intruders-"));
afterAll(() => rmSync(directory, { recursive: true }));

const stranger = await Authority.create(directory, "stranger");
const strangers = await stranger.issue("intruder");
// The subject and issuer of the trusted certificates, with another key.
const twin = await generateTwin();

async function generateTwin(): Promise<Identity> {
  const { generateCertificate, toPem } = await loadTls();
  const { certificate, key } = await generateCertificate();
  const cert = toPem(certificate);
  const [certFile, keyFile] = [join(directory, "twin.pem"), join(directory, "twin.key")];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  return { cert, key, certFile, keyFile };
}

async function startPlugin(language: "Go" | "TypeScript", sockets: string) {
  const [command, ...args] = pluginCommand(language);
  return launch(brokerPlugins, {
    command,
    args,
    autoMtls: true,
    sockets: { directory: sockets },
    logger: silentLogger,
  });
}

/** Returns the first bytes that a client receives when it sends HTTP/2 at once. */
async function hello(socket: ReturnType<typeof connectPlain>): Promise<string> {
  socket.on("error", () => {});
  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
  return text(socket).catch(() => "");
}

const tlsIntruders: readonly [string, ConnectionOptions][] = [
  ["without a certificate", {}],
  ["with a certificate of its own", { cert: strangers.cert, key: strangers.key }],
  ["with a certificate that says the same as the trusted one", { cert: twin.cert, key: twin.key }],
  ["that speaks TLS 1.1", { minVersion: "TLSv1", maxVersion: "TLSv1.1", ...oldCiphers }],
];

/** Tries every kind of intruder, and expects that none receives any HTTP/2. */
async function expectClosedTo(path: string): Promise<void> {
  const answer = await hello(connectPlain(path));
  expect(["", "\u0015"], "nothing, or a TLS alert").toContain(answer.slice(0, 1));
  for (const [name, options] of tlsIntruders) {
    const socket = connect({ path, rejectUnauthorized: false, ALPNProtocols: ["h2"], ...options });
    expect(await hello(socket), name).toBe("");
  }
}

describe.each(["Go", "TypeScript"] as const)("under AutoMTLS, with a %s plugin", (language) => {
  test("neither the plugin nor what host and plugin serve to each other is open to others", async () => {
    const sockets = mkdtempSync(join(directory, "sockets-"));
    await using plugin = await startPlugin(language, sockets);
    const caller = await plugin.dispense("caller");
    await expectClosedTo(plugin.reattachConfig({ includeKeys: true }).address);

    await using _served = new Side("host", plugin.broker).serve();
    const { id } = await caller.serveEcho({ id: 0 });
    await expect.poll(() => readdirSync(sockets)).toHaveLength(3);
    for (const name of readdirSync(sockets)) await expectClosedTo(join(sockets, name));

    await using echo = await plugin.broker.connect(id, echoService);
    expect(await echo.client.say({ text: "still here", together: 0 })).toEqual({ text: `plugin ${id}: still here` });
  });

  test("a Go client is refused as well", async () => {
    await using plugin = await startPlugin(language, directory);
    const config = plugin.reattachConfig({ includeKeys: true });
    const ca = join(directory, `${language}.pem`);
    writeFileSync(ca, new X509Certificate(config.tls!.ca).toString());
    const { network, address, pid } = config;
    const to = `-reattach=${JSON.stringify({ Protocol: "grpc", Network: network, Address: address, Pid: pid, Test: true })}`;
    const identities = [strangers, twin].map(({ certFile, keyFile }) => [
      `-tls-ca=${ca}`,
      `-tls-cert=${certFile}`,
      `-tls-key=${keyFile}`,
    ]);
    for (const intruder of [[], [`-tls-ca=${ca}`], ...identities]) {
      expect(await attemptInGo([...intruder, to]), intruder.join(" ")).toEqual({ refused: "Unavailable" });
    }
    await plugin.ping();
  });
});

describe("a plugin that announces another certificate than it uses", () => {
  const announce = (certificate: string) => [`-announce-certificate=${certificate}`];
  const inLine = (cert: string) => new X509Certificate(cert).raw.toString("base64").replace(/=+$/, "");
  const [others, twins] = [inLine(strangers.cert), inLine(twin.cert)];

  test.each([
    ["another one", others, "ERR_PLUGIN_CONNECT", /self[- ]signed|unable to/],
    ["another one that says the same", twins, "ERR_PLUGIN_CONNECT", /self[- ]signed|signature/],
    ["none", "none", "ERR_PLUGIN_HANDSHAKE", /sent no certificate/],
    ["no certificate at all", "A".repeat(200), "ERR_PLUGIN_HANDSHAKE", /error parsing server cert/],
  ])("is refused by a TypeScript host: %s", async (_, certificate, code, message) => {
    const result = await attempt(["TypeScript", "Go"], "AutoMTLS", "plain", announce(certificate));
    expect(result).toMatchObject({ refused: { code, message: expect.stringMatching(message) } });
  });

  test("is refused by a Go host at the first call", async () => {
    const refused = { refused: "Unavailable" };
    expect(await attempt(["Go", "Go"], "AutoMTLS", "plain", announce(others))).toEqual(refused);
    expect(await attempt(["Go", "Go"], "AutoMTLS", "plain", announce(twins))).toEqual(refused);
    expect(await attempt(["Go", "Go"], "AutoMTLS", "plain", announce("none"))).toEqual(refused);
  });
});

describe("TLS 1.1", () => {
  const side = async (name: string) => ({ trusts: stranger, identity: await stranger.issue(name) });

  test("is refused by either side; Go with Go can be told to speak it", async () => {
    const [host, plugin] = [await side("host"), await side("plugin")];
    const old = (tls: Exclude<Tls, string>) => ({ ...tls, maxVersion: "1.1" as const });
    expect(await attempt(["Go", "Go"], old(host), old(plugin))).toBe("accepted");
    expect(await attempt(["Go", "TypeScript"], old(host), plugin)).toEqual({ refused: "Unavailable" });
    expect(await attempt(["TypeScript", "Go"], host, old(plugin))).toMatchObject({
      refused: { code: "ERR_PLUGIN_CONNECT", message: expect.stringMatching(/version/) },
    });
  });
});

test("what an outer host has set for this process does not reach the plugins that it starts", async () => {
  const stale = {
    PLUGIN_CLIENT_CERT: strangers.cert,
    PLUGIN_MULTIPLEX_GRPC: "true",
    PLUGIN_UNIX_SOCKET_DIR: "/nowhere",
  };
  Object.assign(process.env, stale);
  try {
    for (const language of ["Go", "TypeScript"] as const) {
      expect(await attempt(["TypeScript", language], "plain", "plain")).toBe("accepted");
    }
  } finally {
    for (const name of Object.keys(stale)) delete process.env[name];
  }
});
