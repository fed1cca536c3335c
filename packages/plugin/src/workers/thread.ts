import { Worker } from "node:worker_threads";
import { Status, StatusError } from "@go-plugin/grpc/status";
import type { Logger } from "@go-plugin/proto/internal";
import type { ThreadMessage } from "./message.js";
import { Peer, type Served, type ThreadCall } from "./peer.js";
import type { ThreadData } from "./thread-data.js";

/** A worker thread and the calls that it has. */
export class Thread {
  inFlight = 0;
  /** It has loaded its module. */
  wasReady = false;
  readonly peer: Peer;
  readonly #worker: Worker;

  /** @param onExit called once, when the thread has ended for whatever reason. */
  constructor(
    module: string | URL,
    data: ThreadData,
    find: (target: string, method: string) => Served,
    logger: Logger,
    onExit: (thread: Thread) => void,
  ) {
    this.#worker = new Worker(module, { workerData: data });
    this.peer = new Peer(this.#worker, find);
    let cause: Error | undefined;
    this.#worker.on("message", (message: ThreadMessage) => {
      if (message.type === "log") logger[message.level](message.text, message.fields as Record<string, unknown>);
      else if (message.type === "ready") this.wasReady = true;
      else this.peer.receive(message);
    });
    this.#worker.on("messageerror", (error) => logger.error("a worker thread sent what cannot be read", { error }));
    this.#worker.on("error", (error) => {
      cause = error as Error;
    });
    this.#worker.once("exit", (exitCode) => {
      const why = cause ? String(cause.message ?? cause) : `it exited with code ${exitCode}`;
      this.peer.end(new StatusError(Status.INTERNAL, `the worker thread of the call has ended: ${why}`));
      if (cause) logger.error("a worker thread crashed", { error: cause });
      onExit(this);
    });
  }

  call(call: ThreadCall): unknown {
    this.inFlight++;
    return this.peer.call({
      ...call,
      onEnd: () => {
        this.inFlight--;
      },
    });
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
