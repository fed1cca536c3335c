import { fstatSync } from "node:fs";
import { Environment } from "@go-plugin/proto/internal";
import { detachStdout } from "./detach-stdout.js";
import { OutputCapture } from "./output-capture.js";
import { redirectConsole } from "./redirect-console.js";
import { reportCrash } from "./report-crash.js";
import { writeFully, writeIfRead } from "./write-fully.js";

/** The captured output of this process, and the descriptor for the handshake line. */
export interface ProcessOutput {
  readonly capture: OutputCapture;
  /** Starts the capture, unless it has started at import. */
  start(): void;
  /** Lets the host read the capture. Output that it leaves unread goes to its log instead. */
  serve(): void;
  /** Writes the handshake line. */
  writeLine(line: string): void;
  /**
   * Tests for a reader of the process's real stdout or stderr. It costs an empty line: on stdout, which hosts drop, or
   * on stderr when nobody reads stdout any more.
   */
  isRead(): boolean;
}

class CapturedProcessOutput implements ProcessOutput {
  readonly capture = new OutputCapture((stream, data) => {
    writeIfRead(stream === "stderr" || this.#isServing ? 2 : this.#stdout, data);
  });
  #isStarted = false;
  #isServing = false;
  #stdout = 1;

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#stdout = detachStdout();
    this.capture.redirect("stdout", process.stdout);
    this.capture.redirect("stderr", process.stderr);
    if (process.versions.bun || process.versions.deno) redirectConsole();
    process.on("exit", () => this.capture.spill());
    reportCrash(this.capture);
  }

  serve(): void {
    this.start();
    this.#isServing = true;
    this.capture.open();
  }

  writeLine(line: string): void {
    writeFully(this.#stdout, `${line}\n`);
  }

  isRead(): boolean {
    return isRead(this.#stdout) || isRead(2);
  }
}

/** Shared by all copies of the package in a process, ESM and CommonJS. */
const key = Symbol.for("@go-plugin/plugin/process-output");
const registry = globalThis as { [key]?: ProcessOutput };

export const processOutput: ProcessOutput = registry[key] ?? new CapturedProcessOutput();
registry[key] = processOutput;

if (startedByHost()) processOutput.start();

function isRead(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    // A pipe does not look like one on Windows.
    const mayBePipe = process.platform === "win32" ? !stat.isFile() : stat.isFIFO() || stat.isSocket();
    return !mayBePipe || writeIfRead(fd, "\n");
  } catch {
    return false;
  }
}

/** All hosts set ports; all that negotiate versions set versions. */
function startedByHost(): boolean {
  const { env } = process;
  if (!env[Environment.protocolVersions] && !env[Environment.minPort]) return false;
  // A worker's stdout has no descriptor. This avoids node:worker_threads and node:tty, which load slowly.
  return (process.stdout.fd as number | undefined) === 1 && !process.stdout.isTTY;
}
