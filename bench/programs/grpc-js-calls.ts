import { Client, credentials } from "@grpc/grpc-js";
import type { Calls, ExchangeEvents, Payload } from "./calls.js";
import type { bench } from "./gen/bench.js";
import { benchService, inBuffers } from "./shared.js";

const service = inBuffers(benchService);

/** The same calls over grpc-js's own channel, by its fastest means: callbacks and events. */
export class StockCalls implements Calls {
  readonly #client: Client;

  constructor(path: string) {
    this.#client = new Client(`unix:${path}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
    });
  }

  close(): void {
    this.#client.close();
  }

  unary(payload: Payload): Promise<unknown> {
    return this.#unary("unary", payload);
  }

  usage(collectGarbage: boolean): Promise<bench.IUsageResponse> {
    return this.#unary("usage", { collectGarbage }) as Promise<bench.IUsageResponse>;
  }

  download(request: bench.IDownloadRequest): Promise<void> {
    const { path, requestSerialize, responseDeserialize } = service.download;
    return new Promise((resolve, reject) => {
      this.#client
        .makeServerStreamRequest(path, requestSerialize, responseDeserialize, request)
        .on("data", () => {})
        .on("end", resolve)
        .on("error", reject);
    });
  }

  upload(count: number, payload: Payload): Promise<unknown> {
    const { path, requestSerialize, responseDeserialize } = service.upload;
    return new Promise((resolve, reject) => {
      const call = this.#client.makeClientStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        (error, response) => (error ? reject(error) : resolve(response)),
      );
      let left = count;
      const send = () => {
        while (left-- > 0) if (!call.write(payload)) return;
        call.end();
      };
      call.on("drain", send);
      send();
    });
  }

  exchange(count: number, payload: Payload, window: number, events?: ExchangeEvents): Promise<void> {
    const { path, requestSerialize, responseDeserialize } = service.echo;
    return new Promise((resolve, reject) => {
      const call = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
      let sent = 0;
      const send = () => {
        if (sent === count) {
          call.end();
          return;
        }
        sent++;
        events?.onSend();
        call.write(payload);
      };
      call.on("data", () => {
        events?.onReply();
        if (sent <= count) send();
      });
      call.on("end", resolve).on("error", reject);
      for (let first = 0; first < Math.min(window, count); first++) send();
    });
  }

  #unary(method: "unary" | "usage", request: object): Promise<unknown> {
    const { path, requestSerialize, responseDeserialize } = service[method];
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest<object, object>(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        (error, response) => (error ? reject(error) : resolve(response)),
      );
    });
  }
}
