import type { Check } from "../run/run-checks.js";
import { Blocked, expect, Failure, NotApplicable } from "../run/verdicts.js";
import { readCertificate } from "../wire/certificates.js";
import { after } from "../wire/grpc-client.js";
import { endByHost } from "./end-by-host.js";
import { looksLikeLine, parseLine, tryToConnect } from "./line.js";
import { identities, startTls } from "./sessions.js";
import { describeExit, type StartedPlugin, startPlugin } from "./start.js";
import type { PluginSubject } from "./subject.js";

const line = ["HS-1", "HS-2"];

export const handshakeChecks: readonly Check<PluginSubject>[] = [
  {
    rule: "HS-1",
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      const first = await plugin.firstLine();
      if (!looksLikeLine(first)) throw new Failure("a handshake line as the first line of stdout", came(plugin, first));
    },
  },
  {
    rule: "HS-2",
    needs: ["HS-1"],
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      const first = await plugin.firstLine();
      expect(
        first.endsWith("\n"),
        "a newline at the end of the line",
        `within ${subject.timeoutMs / 1000} s came ${JSON.stringify(first)}`,
      );
    },
  },
  {
    rule: "HS-3",
    needs: line,
    async run(subject, trace) {
      const { fields } = await handshakeOf(subject, trace);
      expect(fields[0] === "1", 'the core version "1"', `the first field is ${JSON.stringify(fields[0])}`);
    },
  },
  {
    rule: "HS-4",
    needs: line,
    async run(subject, trace) {
      const { version } = await handshakeOf(subject, trace);
      expect(/^\d+$/.test(version), "a version in decimal", `the second field is ${JSON.stringify(version)}`);
    },
  },
  {
    rule: "HS-5",
    needs: line,
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      const network = (await plugin.firstLine()).split("|")[2];
      expect(network === "unix" || network === "tcp", "unix or tcp", `the third field is ${JSON.stringify(network)}`);
    },
  },
  {
    rule: "HS-6",
    needs: [...line, "HS-5"],
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      const { network, address } = parseLine(await plugin.firstLine());
      const socket = await tryToConnect(network, address);
      if (socket instanceof Error) throw new Failure(`somebody who listens at ${address}`, socket.message);
      socket.destroy();
    },
  },
  {
    rule: "HS-7",
    needs: line,
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      const protocol = (await plugin.firstLine()).trim().split("|")[4];
      expect(
        protocol === "grpc" || protocol === "netrpc",
        "grpc or netrpc",
        `the fifth field is ${JSON.stringify(protocol)}`,
      );
    },
  },
  {
    rule: "HS-8",
    needs: line,
    async run(subject, trace) {
      const { certificate } = await handshakeOf(subject, trace);
      expect(certificate.length <= 50, "an empty sixth field", `it has ${certificate.length} characters`);
    },
  },
  {
    rule: "HS-9",
    needs: line,
    async run(subject, trace) {
      await using plugin = await startTls(subject, trace, await identities().ordinary);
      const { certificate } = await plugin.handshake();
      const form = /^[A-Za-z0-9+/]+$/.test(certificate);
      expect(
        form,
        "standard base64 without padding",
        `the sixth field ends in ${JSON.stringify(certificate.slice(-8))}`,
      );
      const read = readCertificate(Buffer.from(certificate, "base64"));
      expect(read !== undefined, "a certificate in DER", "the bytes of the sixth field are none");
    },
  },
  {
    rule: "HS-10",
    needs: line,
    async run(subject, trace) {
      const { fields } = await handshakeOf(subject, trace);
      const seventh = `there are ${fields.length}, though PLUGIN_MULTIPLEX_GRPC is not set`;
      expect(fields.length <= 6, "at most six fields", seventh);
    },
  },
  {
    rule: "HS-11",
    needs: line,
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace, { env: { PLUGIN_MULTIPLEX_GRPC: "true" } });
      const { certificate, multiplex } = await plugin.handshake();
      const misplaced = certificate === "true" || certificate === "false";
      expect(!misplaced, "an empty sixth field before the seventh", `the sixth field is ${certificate}`);
      if (multiplex === undefined) throw new NotApplicable("the plugin does not offer multiplexing");
      expect(multiplex === "true" || multiplex === "false", "true or false", `the seventh field is ${multiplex}`);
    },
  },
  {
    rule: "HS-12",
    needs: line,
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      await plugin.handshake();
      await endByHost(plugin);
      await plugin.exitWithin(2_500);
      await after(50, undefined);
      const rest = plugin.stdout.slice(plugin.stdout.indexOf("\n") + 1);
      expect(rest === "", "nothing on stdout after the line", `there came ${JSON.stringify(rest.slice(0, 200))}`);
    },
  },
  {
    rule: "VER-1",
    needs: [...line, "HS-4"],
    async run(subject, trace) {
      const highest = await versionFor(subject, trace, subject.versions.join(","));
      const others = subject.versions.filter((version) => version !== Number(highest));
      const again = await versionFor(subject, trace, [highest, ...others].join(","));
      expect(again === highest, `version ${highest}, whatever the order of the list`, `it chose ${again}`);
      const lower = await versionFor(subject, trace, others.join(","));
      const both = [lower, highest].map(Number);
      if (!others.includes(both[0]!)) return;
      for (const list of [both, both.toReversed()]) {
        const chosen = await versionFor(subject, trace, list.join(","));
        expect(
          chosen === String(Math.max(...both)),
          `version ${Math.max(...both)} of ${list.join(",")}`,
          `it chose ${chosen}`,
        );
      }
    },
  },
  {
    rule: "VER-2",
    needs: [...line, "HS-4"],
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace, { env: { PLUGIN_PROTOCOL_VERSIONS: "999999" } });
      const first = await plugin.firstLine();
      const version = first.split("|")[1];
      const served = looksLikeLine(first) && /^\d+$/.test(version!) && version !== "999999";
      expect(served, "its lowest version, for the host to refuse", came(plugin, first));
    },
  },
  {
    rule: "VER-3",
    needs: [...line, "HS-4"],
    async run(subject, trace) {
      const list = subject.versions.join(",");
      const version = await versionFor(subject, trace, list);
      const env = { PLUGIN_PROTOCOL_VERSIONS: `none,,${list}` };
      await using plugin = startPlugin(subject, trace, { env });
      const first = await plugin.firstLine();
      expect(
        first.split("|")[1] === version,
        `version ${version}, as without the entries "none" and ""`,
        came(plugin, first),
      );
    },
  },
];

async function handshakeOf(subject: PluginSubject, trace: Parameters<typeof startPlugin>[1]) {
  await using plugin = startPlugin(subject, trace);
  return await plugin.handshake();
}

async function versionFor(subject: PluginSubject, trace: Parameters<typeof startPlugin>[1], list: string) {
  await using plugin = startPlugin(subject, trace, { env: { PLUGIN_PROTOCOL_VERSIONS: list } });
  const first = await plugin.firstLine();
  // A plugin that does not start with another list is VER-2's matter.
  if (!looksLikeLine(first)) throw new Blocked("VER-2");
  return first.split("|")[1]!;
}

/** The plugin's output, and its end. */
export function came(plugin: StartedPlugin, first: string): string {
  const end = plugin.exit ? `, and it exited ${describeExit(plugin.exit)}` : "";
  const stderr = plugin.stderr.trim().split("\n").at(-1);
  return `on stdout came ${JSON.stringify(first.slice(0, 200))}${end}${stderr ? `; stderr ends in ${JSON.stringify(stderr.slice(0, 200))}` : ""}`;
}
