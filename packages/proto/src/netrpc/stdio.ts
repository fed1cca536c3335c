import type { Duplex } from "node:stream";
import { finished } from "node:stream/promises";
import type { Logger } from "../logger/logger.js";
import type { OutputProgress } from "../output-progress.js";
import { type StdioDestinations, type StdioSource, writeTo } from "../stdio.js";

type StreamName = "stdout" | "stderr";

/** The plugin's side: each connection has a stream for stdout and one for stderr; all take from the one source. */
export class StdioServer {
  readonly #streams = new Set<Promise<void>>();
  readonly #source: StdioSource;

  constructor(source: StdioSource) {
    this.#source = source;
  }

  serve(name: StreamName, stream: Duplex): void {
    const copied = this.#copy(name, stream).finally(() => this.#streams.delete(copied));
    this.#streams.add(copied);
  }

  /** Ends the capture; resolves when all of it has been sent to the connected hosts. */
  async flush(): Promise<void> {
    this.#source.end();
    await Promise.all(this.#streams);
  }

  async #copy(name: StreamName, stream: Duplex): Promise<void> {
    const closed = new AbortController();
    stream.on("error", () => {}).on("close", () => closed.abort());
    stream.resume();
    for (;;) {
      const chunk = await this.#source.take({ signal: closed.signal, stream: name });
      if (!chunk) break;
      await writeTo(stream, chunk.data);
    }
    stream.end();
    await finished(stream, { readable: false }).catch(() => {});
  }
}

/** The host's side: copies the plugin's output until it ends, as fast as the destinations accept it. */
export async function copyStdio(
  streams: Readonly<Record<StreamName, Duplex>>,
  destinations: StdioDestinations,
  logger: Logger,
  progress: OutputProgress,
): Promise<void> {
  const copy = async (name: StreamName) => {
    try {
      for await (const data of streams[name]) await progress.take(writeTo(destinations[name], data));
    } catch (error) {
      logger.debug(`receiving the plugin's ${name} ended`, { error });
    }
  };
  await Promise.all([copy("stdout"), copy("stderr")]);
}
