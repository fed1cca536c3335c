import { Status, StatusError } from "../status/status.js";
import type { MethodDefinition } from "./definition.js";
import type { InterceptedResponse, Message } from "./interceptor.js";

/**
 * Calls a method with one message or an iterable of them, and returns a promise of the response or an iterable of
 * responses.
 */
export type RunMethod = (request: unknown) => unknown;

/** A method's request as interceptors see it. */
export type InterceptedRequest =
  | { readonly stream: false; readonly message: Message }
  | { readonly stream: true; readonly message: AsyncIterable<Message> };

/** The request in the form that interceptors get: all iterables when the method streams in any direction. */
export function interceptedRequest(method: MethodDefinition, request: unknown): InterceptedRequest {
  if (!isStream(method)) return { stream: false, message: request as Message };
  return { stream: true, message: method.requestStream ? iterate(request as Messages) : once(request as Message) };
}

/** Runs the method behind the last interceptor. */
export async function runIntercepted(
  method: MethodDefinition,
  request: InterceptedRequest,
  run: RunMethod,
): Promise<InterceptedResponse> {
  if (!request.stream) return { stream: false, message: (await run(request.message)) as Message };
  const response = run(method.requestStream ? request.message : await only(request.message));
  if (method.responseStream) return { stream: true, message: iterate((await response) as Messages) };
  const promise = Promise.resolve(response as Promise<Message>);
  // The reader of the iterable gets the error. Without a reader, it must not become an unhandled rejection.
  promise.catch(() => {});
  return { stream: true, message: once(promise) };
}

/** The response in the method's own form: a message, or an iterable of them. */
export async function interceptedResponse(method: MethodDefinition, response: InterceptedResponse): Promise<unknown> {
  if (response.stream !== isStream(method)) {
    const [expected, got] = [isStream(method), response.stream].map(String);
    throw new TypeError(
      `an interceptor of ${method.path} returned { stream: ${got} }, expected { stream: ${expected} }`,
    );
  }
  return response.stream && !method.responseStream ? only(response.message) : response.message;
}

type Messages = AsyncIterable<Message> | Iterable<Message>;

function isStream({ requestStream, responseStream }: MethodDefinition): boolean {
  return requestStream || responseStream;
}

function iterate(messages: Messages): AsyncIterable<Message> {
  return Symbol.asyncIterator in messages ? messages : each(messages);
}

async function* each(messages: Iterable<Message>): AsyncGenerator<Message> {
  yield* messages;
}

async function* once(message: Message | Promise<Message>): AsyncGenerator<Message> {
  yield await message;
}

async function only(messages: AsyncIterable<Message>): Promise<Message> {
  let only: Message | undefined;
  for await (const message of messages) {
    if (only !== undefined) throw notOne("several messages");
    only = message;
  }
  if (only === undefined) throw notOne("no message");
  return only;
}

function notOne(what: string): StatusError {
  return new StatusError(Status.INTERNAL, `an interceptor passed on ${what} where the method has exactly one`);
}
