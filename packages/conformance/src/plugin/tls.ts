import type { ConnectionOptions } from "node:tls";
import type { Check } from "../run/run-checks.js";
import type { Trace } from "../run/trace.js";
import { Blocked, expect, Failure } from "../run/verdicts.js";
import { certificateProblem, type Identity, readCertificate } from "../wire/certificates.js";
import { describeEnd, GrpcClient } from "../wire/grpc-client.js";
import { checkHealth } from "./grpc.js";
import { looksLikeLine, parseLine } from "./line.js";
import { grpcOf, identities, secure, startTls } from "./sessions.js";
import { type StartedPlugin, startPlugin } from "./start.js";
import type { PluginSubject } from "./subject.js";

const needs = ["HS-1", "HS-2", "HS-5", "HS-6", "HS-7"];
const secured = [...needs, "TLS-1"];

export const tlsChecks: readonly Check<PluginSubject>[] = [
  {
    rule: "TLS-1",
    needs,
    async run(subject, trace) {
      const identity = await identities().ordinary;
      await using plugin = startPlugin(subject, trace, { env: { PLUGIN_CLIENT_CERT: identity.pem } });
      const first = await plugin.firstLine();
      // To refuse is allowed.
      if (!looksLikeLine(first) && plugin.exit) return;
      const { certificate, protocol } = parseLine(first);
      expect(certificate !== "", "a certificate in the sixth field", "it is empty");
      const socket = await secure(await plugin.connect(), identity, trace, alpn(protocol));
      if (socket instanceof Error) throw new Failure("a TLS handshake", socket.message);
      socket.destroy();
      if (protocol === "netrpc") return;
      const answer = await checkHealth(await grpcOf(plugin), "plugin", subject);
      expect(answer.status === undefined, "no answer in plain text", describeEnd(answer));
    },
  },
  {
    rule: "TLS-2",
    needs: secured,
    async run(subject, trace) {
      await using plugin = await startTls(subject, trace, await identities().ordinary);
      const problem = certificateProblem(await announced(plugin));
      expect(!problem, "a certificate for DNS localhost, valid now, for both usages", problem ?? "");
    },
  },
  {
    rule: "TLS-3",
    needs: secured,
    async run(subject, trace) {
      const identity = await identities().ordinary;
      await using plugin = await startTls(subject, trace, identity);
      const expected = await announced(plugin);
      const socket = await secured_(plugin, identity, trace);
      const { raw } = socket.getPeerCertificate();
      const text = `it presents the one with serial number ${socket.getPeerX509Certificate()?.serialNumber}`;
      expect(raw?.equals(expected.raw) ?? false, `the certificate of the line, ${expected.serialNumber}`, text);
      socket.destroy();
    },
  },
  {
    rule: "TLS-4",
    needs: secured,
    async run(subject, trace) {
      const { ordinary, stranger } = identities();
      await using plugin = await startTls(subject, trace, await ordinary);
      for (const [identity, who] of [
        [undefined, "a client without a certificate"],
        [await stranger, "a client with another certificate"],
      ] as const) {
        expect(!(await isServed(plugin, identity)), `that ${who} is refused`, "its call was answered");
      }
    },
  },
  {
    rule: "TLS-5",
    needs: secured,
    async run(subject, trace) {
      const identity = await identities().ordinary;
      await using plugin = await startTls(subject, trace, identity);
      const old: ConnectionOptions = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" };
      const socket = await secure(await plugin.connect(), identity, trace, old);
      const text = socket instanceof Error ? "" : `it agreed on ${socket.getProtocol()}`;
      expect(socket instanceof Error, "that TLS 1.1 is refused", text);
    },
  },
  {
    rule: "TLS-6",
    needs: secured,
    async run(subject, trace) {
      const identity = await identities().ordinary;
      await using plugin = await startTls(subject, trace, identity);
      if ((await plugin.handshake()).protocol === "netrpc") return;
      const socket = await secured_(plugin, identity, trace);
      expect(socket.alpnProtocol === "h2", "h2 by ALPN", `it agreed on ${socket.alpnProtocol || "nothing"}`);
      socket.destroy();
    },
  },
  {
    rule: "TLS-7",
    needs,
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace, { env: { PLUGIN_CLIENT_CERT: "no certificate" } });
      const first = await plugin.firstLine();
      if (!looksLikeLine(first)) return;
      const answer = await checkHealth(await grpcOf(plugin), "plugin", subject);
      expect(answer.status === undefined, "no service in plain text", describeEnd(answer));
      expect(!(await isServed(plugin, await identities().ordinary)), "no service by TLS", "a call was answered");
    },
  },
  {
    rule: "TLS-8",
    needs: secured,
    async run(subject, trace) {
      const identity = await identities().p521;
      await using plugin = await startTls(subject, trace, identity);
      if ((await plugin.handshake()).protocol === "netrpc")
        return void (await secured_(plugin, identity, trace)).destroy();
      expect(await isServed(plugin, identity), "that a host with a certificate on P-521 is served", "its call failed");
    },
  },
];

const alpn = (protocol: string): ConnectionOptions => (protocol === "grpc" ? {} : { ALPNProtocols: [] });

async function announced(plugin: StartedPlugin) {
  const certificate = readCertificate(Buffer.from((await plugin.handshake()).certificate, "base64"));
  if (!certificate) throw new Blocked("HS-9");
  return certificate;
}

async function secured_(plugin: StartedPlugin, identity: Identity, trace: Trace) {
  const { protocol } = await plugin.handshake();
  const socket = await secure(await plugin.connect(), identity, trace, alpn(protocol));
  if (socket instanceof Error) throw new Blocked("TLS-1");
  return socket;
}

/** True if a call with this certificate is answered. Under TLS 1.3 the refusal comes after the handshake. */
async function isServed(plugin: StartedPlugin, identity: Identity | undefined): Promise<boolean> {
  const { subject, trace } = plugin;
  const { protocol } = await plugin.handshake();
  const socket = await secure(await plugin.connect(), identity, trace, alpn(protocol));
  if (socket instanceof Error) return false;
  if (protocol === "netrpc") {
    const { pingOver } = await import("./netrpc-session.js");
    return await pingOver(socket, subject.timeoutMs);
  }
  return (await checkHealth(new GrpcClient(socket, trace), "plugin", subject)).status !== undefined;
}
