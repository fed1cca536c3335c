import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import type { Runner, RunnerCommand, SocketAddress } from "@go-plugin/host";

/** A path that leads each process to its own working directory. Linux only. */
const inside = "/proc/self/cwd";

/**
 * Runs a plugin as a child process that sees the directory of the sockets under another path than the host, so that nothing
 * works without translation. `translated` records the translations.
 */
export class ChildRunner implements Runner {
  readonly #spec: RunnerCommand;
  readonly name: string;
  readonly translated: string[] = [];
  kills = 0;
  #child: ChildProcess | undefined;
  #exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }> | undefined;

  constructor(spec: RunnerCommand) {
    this.#spec = spec;
    this.name = spec.command;
  }

  get id(): string {
    return `child ${this.#child?.pid}`;
  }

  get stdout(): Readable {
    return this.#child!.stdout!;
  }

  get stderr(): Readable {
    return this.#child!.stderr!;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { command, args, env, socketDirectory } = this.#spec;
    this.#child = spawn(command, args, {
      cwd: socketDirectory,
      env: { ...env, PLUGIN_UNIX_SOCKET_DIR: inside },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const child = this.#child;
    this.#exit = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
    await once(child, "spawn", { signal });
  }

  wait() {
    return this.#exit!;
  }

  kill(): void {
    this.kills++;
    this.#child?.kill("SIGKILL");
  }

  diagnose(): string {
    return `it ran in ${inside}`;
  }

  pluginToHost(address: SocketAddress): SocketAddress {
    return this.#translate(address, inside, this.#spec.socketDirectory);
  }

  hostToPlugin(address: SocketAddress): SocketAddress {
    return this.#translate(address, this.#spec.socketDirectory, inside);
  }

  #translate({ network, address }: SocketAddress, from: string, to: string): SocketAddress {
    if (network !== "unix" || !address.startsWith(`${from}/`))
      throw new Error(`expected a socket in ${from}, got ${address}`);
    const name = address.slice(from.length + 1);
    if (name.includes("/")) throw new Error(`expected a socket in ${from} itself, got ${address}`);
    this.translated.push(`${from === inside ? "plugin" : "host"} ${network}`);
    return { network, address: `${to}/${name}` };
  }
}
