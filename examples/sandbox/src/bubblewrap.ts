import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import type { Runner, RunnerCommand, RunnerFunction, SocketAddress } from "@go-plugin/host";

/** The path under which the plugin sees the directory of the sockets. */
const inside = "/run/plugin";

/** Runs each plugin in its own sandbox: without network, without other processes, and with write access only to its sockets. */
export const bubblewrap: RunnerFunction = (command) => new Bubblewrap(command);

class Bubblewrap implements Runner {
  readonly name: string;
  #child: ChildProcess | undefined;
  #exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }> | undefined;

  constructor(private readonly plugin: RunnerCommand) {
    this.name = plugin.command;
  }

  get id(): string {
    return `bwrap ${this.#child?.pid}`;
  }

  get stdout(): Readable {
    return this.#child!.stdout!;
  }

  get stderr(): Readable {
    return this.#child!.stderr!;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { command, args, cwd, env, socketDirectory } = this.plugin;
    const options = [
      ["--unshare-all"],
      ["--die-with-parent"],
      ["--ro-bind", "/", "/"],
      ["--dev", "/dev"],
      ["--proc", "/proc"],
      ["--tmpfs", "/run"],
      ["--bind", socketDirectory, inside],
      // The plugin does not even see its own sockets under the host's path.
      ["--tmpfs", socketDirectory],
      ["--remount-ro", socketDirectory],
    ].flat();
    const child = spawn("bwrap", [...options, "--", command, ...args], {
      cwd,
      env: { ...env, PLUGIN_UNIX_SOCKET_DIR: inside, TMPDIR: inside },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#exit = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
    await once(child, "spawn", { signal });
  }

  wait() {
    return this.#exit!;
  }

  /** Everything in the sandbox ends with bwrap. */
  kill(): void {
    this.#child?.kill("SIGKILL");
  }

  diagnose(): string {
    return "it ran in a sandbox of bwrap (bubblewrap), which needs a kernel that lets this user make namespaces";
  }

  pluginToHost(address: SocketAddress): SocketAddress {
    return move(address, inside, this.plugin.socketDirectory);
  }

  hostToPlugin(address: SocketAddress): SocketAddress {
    return move(address, this.plugin.socketDirectory, inside);
  }
}

/** Accepts only a socket in the directory: the plugin could claim to listen anywhere. */
function move({ network, address }: SocketAddress, from: string, to: string): SocketAddress {
  const name = address.slice(from.length + 1);
  if (network !== "unix" || address !== `${from}/${name}` || name.includes("/")) {
    throw new Error(`expected a unix socket in ${from}, got ${network} ${address}`);
  }
  return { network, address: `${to}/${name}` };
}
