import { type CallOptions, type Metadata, StatusError } from "@go-plugin/grpc";
import type { Schema, SchemaMethod } from "@go-plugin/proxy/schema";
import { ExitCode, UsageError } from "../errors.js";
import { parseMetadata } from "../messages/metadata.js";
import { rawMethod } from "../messages/raw-method.js";
import { type Json, readInput } from "../messages/read-input.js";
import { describeOutcome, printOutcome } from "../messages/status.js";
import type { OpenPlugin } from "../plugin/open-plugin.js";
import { knownServices, loadSchemaFiles } from "../plugin/schema.js";
import { print, printError } from "../terminal.js";
import type { CallRequest, InvokeOptions } from "./call-options.js";
import { serveCallbacks } from "./callbacks.js";
import { findMethod } from "./find-method.js";

/** Calls, prints what comes, and returns the exit code. */
export async function callGrpc(opened: OpenPlugin, request: CallRequest): Promise<number> {
  const { options, signal } = request;
  const files = await loadSchemaFiles(options);
  const { schema } = await knownServices(opened, files, signal);
  const method = findMethod(schema, request.method);
  await using _callbacks = await serveCallbacks(opened, schema, options.callbacks);
  return await invoke(opened, schema, method, readInput(request.data, process.stdin), options, signal);
}

export async function invoke(
  opened: OpenPlugin,
  schema: Schema,
  method: SchemaMethod,
  input: AsyncIterable<Json>,
  options: InvokeOptions,
  signal: AbortSignal,
): Promise<number> {
  let headers: Metadata | undefined;
  let trailers: Metadata | undefined;
  let error: StatusError | undefined;
  let wrongInput: unknown;
  const encode = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const json of input) yield encodeMessage(schema, method, json);
    } catch (cause) {
      wrongInput = cause;
      throw cause;
    }
  };
  const callOptions: CallOptions = {
    signal,
    metadata: parseMetadata(options.header),
    onHeaders: (received) => {
      headers = received;
    },
    onTrailers: (received) => {
      trailers = received;
    },
    ...(options.timeout !== undefined && { timeoutMs: options.timeout }),
  };
  const client = (await opened.client(method.path, { call: rawMethod(method) })) as {
    call(request: unknown, options: CallOptions): Promise<Uint8Array> & AsyncIterable<Uint8Array>;
  };
  try {
    const request = method.requestStream ? encode() : await onlyMessage(encode());
    const response = client.call(request, callOptions);
    if (method.responseStream)
      for await (const message of response) await printMessage(schema, method, message, options);
    else await printMessage(schema, method, await response, options);
  } catch (cause) {
    if (wrongInput !== undefined) throw wrongInput;
    if (cause instanceof UsageError || !(cause instanceof StatusError)) throw cause;
    error = cause;
  }
  const outcome = describeOutcome(error, headers, trailers, schema);
  if (options.json) printError(JSON.stringify(outcome));
  else printOutcome(outcome, options.verbose);
  return outcome.code === 0 ? ExitCode.ok : ExitCode.status + outcome.code;
}

function encodeMessage(schema: Schema, { input }: SchemaMethod, json: Json): Uint8Array {
  try {
    return schema.fromJson(input, json);
  } catch (cause) {
    throw new UsageError(`expected a ${input.typeName}: ${(cause as Error).message}`, { cause });
  }
}

/** A call that is not a stream sends one message; without data, the empty one. */
async function onlyMessage(messages: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const message of messages) all.push(message);
  if (all.length > 1) throw new UsageError(`the method takes one message, got ${all.length}`);
  return all[0] ?? new Uint8Array();
}

async function printMessage(
  schema: Schema,
  method: SchemaMethod,
  message: Uint8Array,
  { emitDefaults, json }: InvokeOptions,
): Promise<void> {
  const value = schema.toJson(method.output, message, { emitDefaults });
  const oneLine = json || method.responseStream;
  await print(`${oneLine ? JSON.stringify(value) : JSON.stringify(value, null, 2)}\n`);
}
