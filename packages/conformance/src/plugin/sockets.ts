import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, sep } from "node:path";
import type { Check } from "../run/run-checks.js";
import type { Trace } from "../run/trace.js";
import { Blocked, expect, Failure, NotApplicable } from "../run/verdicts.js";
import { exitByHost } from "./end-by-host.js";
import { connectTo, type Handshake, parseLine, tryToConnect } from "./line.js";
import { describeExit, startPlugin, temporaryDirectory } from "./start.js";
import type { PluginSubject } from "./subject.js";

const needs = ["HS-1", "HS-2", "HS-5"];
const mode = (path: string) => statSync(path).mode & 0o777;
const octal = (bits: number) => `0${bits.toString(8)}`;

export const socketChecks: readonly Check<PluginSubject>[] = [
  {
    rule: "SK-1",
    needs,
    async run(subject, trace) {
      if (process.platform === "win32") throw new NotApplicable("Windows");
      const { network, address } = await listeningAt(subject, trace);
      expect(network === "unix", "a unix socket", `it listens on ${network} ${address}`);
    },
  },
  {
    rule: "SK-2",
    needs,
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      const { address } = tcp(await plugin.handshake());
      const port = address.slice(address.lastIndexOf(":") + 1);
      const local = /^(127\.|\[::1\]|localhost:)/.test(address);
      expect(local, "an address of the loopback interface", `it listens at ${address}`);
      // Linux answers for all of 127.0.0.0/8, so this reaches nobody who has bound to 127.0.0.1 alone.
      const other = process.platform === "linux" ? await tryToConnect("tcp", `127.0.0.2:${port}`) : undefined;
      if (!other || other instanceof Error) return;
      other.destroy();
      throw new Failure("a listener on the loopback address alone", "it listens on every interface");
    },
  },
  {
    rule: "SK-3",
    needs,
    async run(subject, trace) {
      const env = { PLUGIN_MIN_PORT: "23000", PLUGIN_MAX_PORT: "23099" };
      await using plugin = startPlugin(subject, trace, { env });
      const { address } = tcp(await plugin.handshake());
      const port = Number(address.slice(address.lastIndexOf(":") + 1));
      expect(port >= 23_000 && port <= 23_099, "a port from 23000 to 23099, as the host says", `it is ${port}`);
    },
  },
  {
    rule: "SK-4",
    needs,
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      const { address } = unix(await plugin.handshake());
      const directory = dirname(address);
      // Whoever may not enter the directory cannot connect, whatever the socket's own rights are.
      const secluded = directory !== plugin.directory && (mode(directory) & 0o011) === 0;
      const text = `the socket has mode ${octal(mode(address))} in a directory of ${octal(mode(directory))}`;
      expect(secluded || (mode(address) & 0o022) === 0, "a socket that only its user may write to", text);
    },
  },
  {
    rule: "SK-5",
    needs,
    async run(subject, trace) {
      using directory = temporaryDirectory();
      await using plugin = startPlugin(subject, trace, { env: { PLUGIN_UNIX_SOCKET_DIR: directory.path } });
      const { address } = unix(await plugin.handshake());
      const inside =
        existsSync(address) &&
        realpathSync(dirname(address))
          .concat(sep)
          .startsWith(directory.path + sep);
      expect(inside, `a socket in PLUGIN_UNIX_SOCKET_DIR, ${directory.path}`, `it is ${address}`);
    },
  },
  {
    rule: "SK-6",
    needs,
    async run(subject, trace) {
      const group = process.getgroups?.().find((group) => group !== process.getgid?.()) ?? process.getgid?.();
      if (group === undefined) throw new NotApplicable("Windows");
      await using plugin = startPlugin(subject, trace, { env: { PLUGIN_UNIX_SOCKET_GROUP: String(group) } });
      const { address } = unix(await plugin.handshake());
      const { gid } = statSync(address);
      expect(gid === group, `a socket of group ${group}`, `it is of group ${gid}`);
      expect(mode(address) === 0o660, "mode 0660", `it is ${octal(mode(address))}`);
    },
  },
  {
    rule: "SK-8",
    needs,
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      const { address } = unix(await plugin.handshake());
      await exitByHost(plugin);
      expect(!existsSync(address), "no socket after the end", `${address} is still there`);
    },
  },
  {
    rule: "SK-9",
    needs,
    async run(subject, trace) {
      await using first = startPlugin(subject, trace);
      const one = await first.handshake();
      await using second = startPlugin(subject, trace, { directory: first.directory });
      const line = await second.firstLine();
      const end = second.exit ? `the second one ended ${describeExit(second.exit)}` : "the second one printed no line";
      expect(line !== "", "two processes of the plugin at a time", end);
      const two = parseLine(line);
      expect(one.address !== two.address, "an address of its own for each process", `both listen at ${one.address}`);
      for (const handshake of [one, two]) (await connectTo(handshake, trace)).destroy();
    },
  },
  {
    rule: "SK-10",
    needs: [...needs, "HS-6"],
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      const handshake = await plugin.handshake();
      (await connectTo(handshake, trace)).end();
      (await connectTo(handshake, trace)).end("GET / HTTP/1.1\r\n\r\n");
      const exit = await plugin.exitWithin(500);
      const text = exit ? `it ended ${describeExit(exit)}` : "";
      expect(exit === undefined, "a plugin that bears an empty connection and nonsense", text);
      const socket = await tryToConnect(handshake.network, handshake.address);
      if (socket instanceof Error) throw new Failure("a plugin that still accepts connections", socket.message);
      socket.destroy();
    },
  },
];

async function listeningAt(subject: PluginSubject, trace: Trace): Promise<Handshake> {
  await using plugin = startPlugin(subject, trace);
  return await plugin.handshake();
}

function unix(handshake: Handshake): Handshake {
  if (handshake.network !== "unix") throw new NotApplicable("the plugin listens on TCP");
  if (!existsSync(handshake.address)) throw new Blocked("HS-6");
  return handshake;
}

function tcp(handshake: Handshake): Handshake {
  if (handshake.network !== "tcp") throw new NotApplicable("the plugin listens on a unix socket");
  return handshake;
}
