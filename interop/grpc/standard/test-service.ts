import { type CallContext, Metadata, type ServiceImplementation, type Status, StatusError } from "@go-plugin/grpc";
import type { EchoStatus, Payload, ResponseParameters } from "../gen/grpc/testing/messages.js";
import type { TestServiceService } from "../gen/grpc/testing/test.js";

export const initialKey = "x-grpc-test-echo-initial";
export const trailingKey = "x-grpc-test-echo-trailing-bin";

const createPayload = (size: number): Payload => ({ type: 0, body: Buffer.alloc(size) });

/**
 * The server of gRPC's standard interoperability tests. Methods that no test calls are left out, so they answer
 * UNIMPLEMENTED.
 */
export const testService: Partial<ServiceImplementation<typeof TestServiceService>> = {
  emptyCall: () => ({}),

  unaryCall(request, context) {
    echoMetadata(context);
    failAsAsked(request.responseStatus);
    return { payload: createPayload(request.responseSize), username: "", oauthScope: "" };
  },

  streamingOutputCall: (request) => respond(request.responseParameters),

  async streamingInputCall(requests) {
    let aggregatedPayloadSize = 0;
    for await (const { payload } of requests) aggregatedPayloadSize += payload?.body.length ?? 0;
    return { aggregatedPayloadSize };
  },

  async *fullDuplexCall(requests, context) {
    echoMetadata(context);
    for await (const request of requests) {
      failAsAsked(request.responseStatus);
      yield* respond(request.responseParameters);
    }
  },

  async *halfDuplexCall(requests) {
    const all = [];
    for await (const request of requests) all.push(request);
    for (const request of all) yield* respond(request.responseParameters);
  },
};

function echoMetadata(context: CallContext): void {
  const initial = context.metadata.get(initialKey);
  const trailing = context.metadata.get(trailingKey);
  if (initial !== undefined) context.sendHeaders(new Metadata({ [initialKey]: initial }));
  if (trailing !== undefined) context.trailers.set(trailingKey, trailing);
}

function failAsAsked(status: EchoStatus | undefined): void {
  if (status && status.code !== 0) throw new StatusError(status.code as Status, status.message);
}

async function* respond(parameters: readonly ResponseParameters[]) {
  for (const { size, intervalUs } of parameters) {
    if (intervalUs > 0) await new Promise((resolve) => setTimeout(resolve, intervalUs / 1_000));
    yield { payload: createPayload(size) };
  }
}
