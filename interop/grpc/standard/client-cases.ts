import { type Channel, createClient, Metadata, type ServiceClient, Status, StatusError } from "@go-plugin/grpc";
import { expect } from "vitest";
import {
  SimpleRequest,
  StreamingInputCallRequest,
  StreamingOutputCallRequest,
  type StreamingOutputCallResponse,
} from "../gen/grpc/testing/messages.js";
import { TestServiceService, UnimplementedServiceService } from "../gen/grpc/testing/test.js";
import { initialKey, trailingKey } from "./test-service.js";

type Client = ServiceClient<typeof TestServiceService>;

const payload = (size: number) => ({ type: 0, body: Buffer.alloc(size) });
const output = (size: number, payloadSize = 0) =>
  StreamingOutputCallRequest.fromPartial({ responseParameters: [{ size }], payload: payload(payloadSize) });
const requestSizes = [27_182, 8, 1_828, 45_904];
const responseSizes = [31_415, 9, 2_653, 58_979];

async function status(promise: Promise<unknown>): Promise<{ code: number; details: string }> {
  try {
    await promise;
    return { code: Status.OK, details: "" };
  } catch (error) {
    if (error instanceof StatusError) return { code: error.code, details: error.details };
    throw error;
  }
}

async function sizesOf(responses: AsyncIterable<StreamingOutputCallResponse>): Promise<(number | undefined)[]> {
  const sizes = [];
  for await (const response of responses) sizes.push(response.payload?.body.length);
  return sizes;
}

/** A request stream whose next message is sent once `next` is called. */
function controlled<T>() {
  const queue: T[] = [];
  let wake = () => {};
  let ended = false;
  return {
    next: (value: T) => {
      queue.push(value);
      wake();
    },
    end: () => {
      ended = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (queue.length > 0) yield queue.shift()!;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** The client's half of gRPC's standard interoperability cases, by their standard names. */
export const clientCases: Readonly<Record<string, (client: Client, channel: Channel) => Promise<void>>> = {
  async empty_unary(client) {
    expect(await client.emptyCall({})).toEqual({});
  },

  async large_unary(client) {
    const request = SimpleRequest.fromPartial({ responseSize: 314_159, payload: payload(271_828) });
    const response = await client.unaryCall(request);
    expect(response.payload?.body.equals(Buffer.alloc(314_159))).toBe(true);
  },

  async client_streaming(client) {
    const requests = requestSizes.map((size) => StreamingInputCallRequest.fromPartial({ payload: payload(size) }));
    expect(await client.streamingInputCall(requests)).toEqual({ aggregatedPayloadSize: 74_922 });
  },

  async server_streaming(client) {
    const request = StreamingOutputCallRequest.fromPartial({
      responseParameters: responseSizes.map((size) => ({ size })),
    });
    expect(await sizesOf(client.streamingOutputCall(request))).toEqual(responseSizes);
  },

  async ping_pong(client) {
    const requests = controlled<StreamingOutputCallRequest>();
    const responses = client.fullDuplexCall(requests)[Symbol.asyncIterator]();
    for (const [i, size] of responseSizes.entries()) {
      requests.next(output(size, requestSizes[i]));
      expect((await responses.next()).value.payload.body.length).toBe(size);
    }
    requests.end();
    expect((await responses.next()).done).toBe(true);
  },

  async empty_stream(client) {
    expect(await sizesOf(client.fullDuplexCall([]))).toEqual([]);
  },

  async timeout_on_sleeping_server(client) {
    const requests = controlled<StreamingOutputCallRequest>();
    requests.next(output(31_415, 27_182));
    const { code } = await status(sizesOf(client.fullDuplexCall(requests, { timeoutMs: 1 })));
    expect(code).toBe(Status.DEADLINE_EXCEEDED);
  },

  async cancel_after_begin(client) {
    const abort = new AbortController();
    const ended = status(client.streamingInputCall(controlled(), { signal: abort.signal }));
    abort.abort();
    expect((await ended).code).toBe(Status.CANCELLED);
  },

  async cancel_after_first_response(client) {
    const abort = new AbortController();
    const requests = controlled<StreamingOutputCallRequest>();
    const responses = client.fullDuplexCall(requests, { signal: abort.signal })[Symbol.asyncIterator]();
    requests.next(output(31_415, 27_182));
    expect((await responses.next()).done).toBe(false);
    abort.abort();
    expect((await status(responses.next())).code).toBe(Status.CANCELLED);
  },

  async custom_metadata(client) {
    const metadata = new Metadata({
      [initialKey]: "test_initial_metadata_value",
      [trailingKey]: Buffer.from("ababab", "hex"),
    });
    const received: Metadata[] = [];
    const options = {
      metadata,
      onHeaders: (m: Metadata) => received.push(m),
      onTrailers: (m: Metadata) => received.push(m),
    };
    await client.unaryCall(SimpleRequest.fromPartial({ responseSize: 314_159, payload: payload(271_828) }), options);
    await sizesOf(client.fullDuplexCall([output(314_159, 271_828)], options));
    expect(received).toHaveLength(4);
    for (const headers of [received[0]!, received[2]!])
      expect(headers.get(initialKey)).toBe("test_initial_metadata_value");
    for (const trailers of [received[1]!, received[3]!]) {
      expect(trailers.get(trailingKey)).toEqual(Buffer.from("ababab", "hex"));
    }
  },

  async status_code_and_message(client) {
    const responseStatus = { code: Status.UNKNOWN, message: "test status message" };
    const expected = { code: Status.UNKNOWN, details: "test status message" };
    expect(await status(client.unaryCall(SimpleRequest.fromPartial({ responseStatus })))).toEqual(expected);
    const request = StreamingOutputCallRequest.fromPartial({ responseStatus });
    expect(await status(sizesOf(client.fullDuplexCall([request])))).toEqual(expected);
  },

  async special_status_message(client) {
    const message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    const request = SimpleRequest.fromPartial({ responseStatus: { code: Status.UNKNOWN, message } });
    expect(await status(client.unaryCall(request))).toEqual({ code: Status.UNKNOWN, details: message });
  },

  async unimplemented_method(client) {
    expect((await status(client.unimplementedCall({}))).code).toBe(Status.UNIMPLEMENTED);
  },

  async unimplemented_service(_client, channel) {
    const client = createClient(channel, UnimplementedServiceService);
    expect((await status(client.unimplementedCall({}))).code).toBe(Status.UNIMPLEMENTED);
  },
};

export function createTestClient(channel: Channel): Client {
  return createClient(channel, TestServiceService);
}
