import type { ServiceClient } from "@go-plugin/proto";
import type { bench } from "./gen/bench.js";
import type { benchService } from "./shared.js";

export type Payload = bench.IPayload;

/** The gRPC calls that are measured, on our channel or on that of grpc-js. */
export interface Calls {
  unary(payload: Payload): Promise<unknown>;
  usage(collectGarbage: boolean): Promise<bench.IUsageResponse>;
  /** Resolves when the stream has ended. */
  download(request: bench.IDownloadRequest): Promise<void>;
  upload(count: number, payload: Payload): Promise<unknown>;
  /**
   * Sends this many messages on one bidirectional stream and receives them again, with at most `window` of them in
   * flight.
   */
  exchange(count: number, payload: Payload, window: number, events?: ExchangeEvents): Promise<void>;
}

export interface ExchangeEvents {
  onSend(): void;
  onReply(): void;
}

export class OwnCalls implements Calls {
  readonly #client: ServiceClient<typeof benchService>;

  constructor(client: ServiceClient<typeof benchService>) {
    this.#client = client;
  }

  unary(payload: Payload): Promise<unknown> {
    return this.#client.unary(payload);
  }

  usage(collectGarbage: boolean): Promise<bench.IUsageResponse> {
    return this.#client.usage({ collectGarbage });
  }

  async download(request: bench.IDownloadRequest): Promise<void> {
    for await (const _ of this.#client.download(request));
  }

  upload(count: number, payload: Payload): Promise<unknown> {
    return this.#client.upload(repeat(count, payload));
  }

  async exchange(count: number, payload: Payload, window: number, events?: ExchangeEvents): Promise<void> {
    let onWay = 0;
    let wake: (() => void) | undefined;
    async function* requests() {
      for (let sent = 0; sent < count; sent++) {
        if (onWay === window) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        onWay++;
        events?.onSend();
        yield payload;
      }
    }
    for await (const _ of this.#client.echo(requests())) {
      events?.onReply();
      onWay--;
      wake?.();
      wake = undefined;
    }
  }
}

function* repeat(count: number, payload: Payload) {
  for (let sent = 0; sent < count; sent++) yield payload;
}
