import { fstatSync } from "node:fs";
import { Environment } from "@go-plugin/proto/internal";
import { detachStdout } from "./detach-stdout.js";
import { OutputCapture } from "./output-capture.js";
import { redirectConsole } from "./redirect-console.js";
import { reportCrash } from "./report-crash.js";
import { writeFully, writeIfRead } from "./write-fully.js";

/** What this process prints, and the descriptor on which its host waits for the handshake line. */
export interface ProcessOutput {
  readonly capture: OutputCapture;
  /** Captures what is printed from now on, unless that began at import. */
  start(): void;
  /** The host reads the capture from now on; what it leaves unread goes to its log instead. */
  serve(): void;
  /** Writes the handshake line. */
  writeLine(line: string): void;
  /**
   * Whether somebody still reads the process's real stdout or stderr. Asking costs an empty line, which hosts throw
   * away; only where nobody reads stdout any more it goes to stderr.
   */
  isRead(): boolean;
}

class CapturedProcessOutput implements ProcessOutput {
  readonly capture = new OutputCapture((channel, data) => {
    writeIfRead(channel === "stderr" || this.#isServing ? 2 : this.#stdout, data);
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

/** One per process, also when the package is loaded twice, as ESM and as CommonJS. */
const key = Symbol.for("@go-plugin/plugin/process-output");
const registry = globalThis as { [key]?: ProcessOutput };

export const processOutput: ProcessOutput = registry[key] ?? new CapturedProcessOutput();
registry[key] = processOutput;

if (startedByHost()) processOutput.start();

function isRead(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return !(stat.isFIFO() || stat.isSocket()) || writeIfRead(fd, "\n");
  } catch {
    return false;
  }
}

/** Every host since the first names ports, every one since versions are negotiated names versions. */
function startedByHost(): boolean {
  const { env } = process;
  if (!env[Environment.protocolVersions] && !env[Environment.minPort]) return false;
  // A worker's stdout has no descriptor. Not node:worker_threads or node:tty, which take long to load.
  return (process.stdout.fd as number | undefined) === 1 && !process.stdout.isTTY;
}
