import { type ChildProcessByStdio, execFile, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { promisify } from "node:util";
import { goProgram } from "../src/build-go.js";

export interface Answer {
  readonly hex?: readonly string[];
  readonly dumps?: readonly unknown[];
  readonly names?: readonly string[];
  readonly error?: string;
}

/** A running gob-driver, which answers requests in order. */
export class Driver implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;
  readonly #waiting: ((answer: Answer) => void)[] = [];
  readonly #exited: Promise<void>;

  constructor(program = goProgram("gob-driver")) {
    this.#child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
    this.#exited = new Promise((resolve) => this.#child.once("exit", () => resolve()));
    this.#lines = createInterface(this.#child.stdout);
    this.#lines.on("line", (line) => this.#waiting.shift()?.(JSON.parse(line)));
    this.#lines.on("close", () => {
      for (const answer of this.#waiting.splice(0)) answer({ error: "gob-driver ended without an answer" });
    });
  }

  ask(request: object): Promise<Answer> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await this.#exited;
  }
}

/** One vector, from a process of its own. */
export async function printVector(name: string): Promise<Answer> {
  const { stdout } = await promisify(execFile)(goProgram("gob-driver"), [name]);
  return JSON.parse(stdout);
}
