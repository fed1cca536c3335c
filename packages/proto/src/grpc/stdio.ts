import {
  type CallContext,
  type Channel,
  createClient,
  type ServiceImplementation,
  Status,
  StatusError,
} from "@go-plugin/grpc";
import type { Logger } from "../logger/logger.js";
import type { OutputProgress } from "../output-progress.js";
import { type StdioDestinations, type StdioSource, writeTo } from "../stdio.js";
import { StdioChannel, stdioService } from "./services.js";

/** The plugin's side: every stream that a host opens takes from the one source. */
export class StdioServer {
  readonly #streams = new Set<CallContext>();
  readonly #source: StdioSource;

  constructor(source: StdioSource) {
    this.#source = source;
  }

  readonly implementation: ServiceImplementation<typeof stdioService> = {
    streamStdio: (_, context) => this.#stream(context),
  };

  async *#stream(context: CallContext) {
    this.#streams.add(context);
    void context.closed.then(() => this.#streams.delete(context));
    for (;;) {
      const chunk = await this.#source.take({ signal: context.signal });
      if (!chunk) return;
      const channel = chunk.stream === "stdout" ? StdioChannel.STDOUT : StdioChannel.STDERR;
      yield { channel, data: chunk.data };
    }
  }

  /** Ends the capture; resolves when all of it is on its way to the connected hosts. */
  async flush(): Promise<void> {
    this.#source.end();
    await Promise.all([...this.#streams].map((context) => context.closed));
  }
}

/** The host's side: copies the plugin's output until it ends, as fast as the destinations accept it. */
export async function copyStdio(
  channel: Channel,
  destinations: StdioDestinations,
  logger: Logger,
  signal: AbortSignal,
  progress: OutputProgress,
): Promise<void> {
  try {
    for await (const { channel: source, data } of createClient(channel, stdioService).streamStdio({}, { signal })) {
      if (source === StdioChannel.STDOUT) await progress.take(writeTo(destinations.stdout, data));
      else if (source === StdioChannel.STDERR) await progress.take(writeTo(destinations.stderr, data));
      else logger.warn("plugin sent output of an unknown channel, dropping it", { channel: source });
    }
  } catch (error) {
    const { code } = StatusError.from(error);
    // An old plugin has no such service, and an ended plugin has no connection: neither is worth a log entry.
    if (code !== Status.UNIMPLEMENTED && code !== Status.UNAVAILABLE && code !== Status.CANCELLED) {
      logger.error("receiving the plugin's output failed", { error });
    }
  }
}
