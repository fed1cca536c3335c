import { closeSync, existsSync, openSync, renameSync, statSync, writeFileSync, writeSync } from "node:fs";
import {
  LineFormatter,
  PcapPackets,
  type ProxyOptions,
  pcapHeader,
  readTrace,
  renderHtml,
  type TraceEvent,
} from "@go-plugin/proxy";
import { UsageError } from "../errors.js";

/** Options for the output of a trace. */
export interface OutputOptions {
  readonly out?: string;
  readonly lines?: string;
  readonly html?: string;
  readonly pcap?: string;
}

/** Files that several starts of a plugin may write to side by side: each appends whole lines and packets. */
export class TraceOutput {
  readonly #jsonLines: number | undefined;
  readonly #lines: number | undefined;
  readonly #pcap: number | undefined;
  readonly #formatter = new LineFormatter();
  readonly #events: TraceEvent[] = [];
  readonly onBytes: ProxyOptions["onBytes"];
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.#options = options;
    const { out, html, pcap } = options;
    const lines =
      options.lines ?? (out === undefined && html === undefined && pcap === undefined ? terminal() : undefined);
    this.#jsonLines = out === undefined ? undefined : open(out);
    this.#lines = lines === undefined ? undefined : open(lines);
    this.#pcap = pcap === undefined ? undefined : openPcap(pcap);
    const packets = new PcapPackets(process.pid);
    const file = this.#pcap;
    if (file !== undefined) {
      this.onBytes = (connection, from, bytes, opener) => {
        writeSync(file, packets.packets(connection, from, bytes, opener));
      };
    }
  }

  write(event: TraceEvent): void {
    if (this.#jsonLines !== undefined) writeSync(this.#jsonLines, `${JSON.stringify(event)}\n`);
    if (this.#lines !== undefined) {
      const line = this.#formatter.format(event);
      if (line !== undefined) writeSync(this.#lines, `${line}\n`);
    }
    if (this.#options.html !== undefined && this.#options.out === undefined) this.#events.push(event);
  }

  /** Writes the page: of all that the file has, earlier starts included. */
  end(): void {
    const { html, out } = this.#options;
    if (html !== undefined) writePage(html, out === undefined ? this.#events : readTrace(out));
    for (const file of [this.#jsonLines, this.#lines, this.#pcap]) if (file !== undefined) closeSync(file);
  }
}

/** Whole at any time: another start may write it as well. */
export function writePage(path: string, events: readonly TraceEvent[]): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, renderHtml(events));
  renameSync(temporary, path);
}

function open(path: string): number {
  try {
    return openSync(path, "a");
  } catch (cause) {
    throw new UsageError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

function openPcap(path: string): number {
  const isNew = !existsSync(path) || statSync(path).size === 0;
  const file = open(path);
  if (isNew) writeSync(file, pcapHeader());
  return file;
}

/** The host reads this process's stdout and stderr, so that lines go to the terminal itself. */
function terminal(): string {
  if (existsSync("/dev/tty")) {
    try {
      closeSync(openSync("/dev/tty", "w"));
      return "/dev/tty";
    } catch {
      // None of this process.
    }
  }
  throw new UsageError("there is no terminal to write to: give --out, --lines, --html or --pcap");
}
