import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Session, type SessionOptions } from "@go-plugin/yamux";
import { onTestFinished } from "vitest";
import { goProgram } from "../src/build-go.js";

type Command = "open" | "accept" | "echo" | "ping" | "goaway" | "streams" | "wait" | "shutdown";
type StreamCommand = "write" | "read" | "drain" | "close";

/** Drives the real yamux at the other end. Every command rejects with Go's error. */
export class GoPeer {
  readonly #child: ChildProcess;
  readonly #answers = new Map<string, { resolve(result: string): void; reject(error: Error): void }>();
  #next = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    createInterface(child.stdout!).on("line", (line) => {
      const [tag, verdict, ...rest] = line.split(" ");
      const answer = this.#answers.get(tag!);
      this.#answers.delete(tag!);
      if (verdict === "ok") answer?.resolve(rest.join(" "));
      else answer?.reject(new Error(rest.join(" ")));
    });
  }

  run(command: Command): Promise<string>;
  run(command: StreamCommand, streamId: number, bytes?: number): Promise<string>;
  run(command: string, ...numbers: number[]): Promise<string> {
    const tag = String(this.#next++);
    const answer = new Promise<string>((resolve, reject) => {
      this.#answers.set(tag, { resolve, reject });
      this.#child.stdin!.write(`${[tag, command, ...numbers].join(" ")}\n`);
    });
    // The session often ends before a test looks at the outcome of a command.
    answer.catch(() => {});
    return answer;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Stops the process without its session noticing. */
  freeze(): void {
    this.#child.kill("SIGSTOP");
  }
}

/**
 * A session of ours and the real yamux in the other role; both end with the test. The flags are those of yamux-peer.
 */
export async function sessionWithGo(
  role: "client" | "server",
  { flags = [], ...options }: { readonly flags?: readonly string[] } & Partial<Omit<SessionOptions, "role">> = {},
): Promise<{ session: Session; go: GoPeer }> {
  const directory = mkdtempSync(join(tmpdir(), "yamux-"));
  const server = createServer().listen(join(directory, "s"));
  await once(server, "listening");
  const args = [...flags, role === "client" ? "server" : "client", join(directory, "s")];
  const child = spawn(goProgram("yamux-peer"), args, { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.on("error", () => {});
  const [socket] = (await once(server, "connection")) as [Socket];
  server.close();
  rmSync(directory, { recursive: true });
  const session = new Session(socket, { ...options, role });
  onTestFinished(async () => {
    const exited = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    child.kill("SIGKILL");
    await exited;
    await session.close();
  });
  return { session, go: new GoPeer(child) };
}
