import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Entry } from "./entries.js";

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** A process that reads commands, one for each line, and answers with its measurements. */
export class Session implements AsyncDisposable {
  readonly #lines: AsyncIterator<string>;
  readonly #child: Child;
  readonly #peer: Child | undefined;

  private constructor(child: Child, peer: Child | undefined) {
    this.#child = child;
    this.#peer = peer;
    this.#lines = readLines(child);
  }

  static async start({ command, env, peer }: Entry): Promise<Session> {
    const listening = peer && start(peer);
    if (listening) await readLines(listening).next();
    return new Session(start(command, env), listening);
  }

  /** @throws {Error} if the process ends instead of answering */
  async ask(command: object): Promise<Record<string, number>> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#child.spawnargs.join(" ")}: no answer to ${JSON.stringify(command)}`);
    const answer = JSON.parse(value) as Record<string, number> & { readonly error?: string };
    if (answer.error) throw new Error(`${this.#child.spawnargs.join(" ")}: ${answer.error}`);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    const peer = this.#peer;
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    peer?.stdin.end();
    if (child.exitCode !== 0) throw new Error(`${child.spawnargs.join(" ")}: exited with ${child.exitCode}`);
  }
}

function start([program, ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  return spawn(program!, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
}

function readLines(child: Child): AsyncIterator<string> {
  const lines: Interface = createInterface(child.stdout);
  return lines[Symbol.asyncIterator]();
}
