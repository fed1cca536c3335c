import { Metadata, type ServiceDefinition, StatusError, statusName } from "@go-plugin/grpc";
import type { TracedCall, TracedSession } from "@go-plugin/proxy";
import type { Schema, SchemaMethod } from "@go-plugin/proxy/schema";
import { rawMethod } from "../messages/raw-method.js";
import type { OpenPlugin } from "../plugin/open-plugin.js";
import { type Answer, compareAnswers, type Difference } from "./compare.js";
import { applicationCalls, hasSecrets, recordedAnswer, recordedBytes } from "./recorded.js";
import type { Rules } from "./rules.js";

/** The outcome of one recorded call. */
export interface ReplayedCall {
  readonly method: string;
  readonly differences: readonly Difference[];
  readonly recordedMs: number;
  readonly nowMs: number;
  /** A secret was left out of what was said. */
  readonly redacted: boolean;
}

type RawClient = {
  call(request: unknown, options: object): Promise<Uint8Array> & AsyncIterable<Uint8Array>;
};

/** Plays the host's part: says to the plugin what the host has said, and compares the answers. */
export async function* replayHost(
  opened: OpenPlugin,
  session: TracedSession,
  schema: Schema,
  rules: Rules,
  signal: AbortSignal,
): AsyncGenerator<ReplayedCall> {
  const calls = applicationCalls(session);
  const servers = serveRecorded(opened, calls, schema);
  const running = new Map<TracedCall, Promise<ReplayedCall>>();
  try {
    const waiting: Promise<ReplayedCall>[] = [];
    for (const call of calls.filter(({ begin }) => begin.from === "host")) {
      // This call may depend on calls that had ended before it began.
      for (const [earlier, replay] of running) if (earlier.end!.time <= call.begin.time) await replay;
      const replay = replayCall(opened, call, schema, rules, signal);
      replay.catch(() => {});
      running.set(call, replay);
      waiting.push(replay);
    }
    for (const replay of waiting) yield await replay;
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

async function replayCall(
  opened: OpenPlugin,
  call: TracedCall,
  schema: Schema,
  rules: Rules,
  signal: AbortSignal,
): Promise<ReplayedCall> {
  const { method: path, brokerId, metadata } = call.begin;
  const method = schema.method(path);
  const base = { method: path, recordedMs: call.end?.durationMs ?? 0, redacted: hasSecrets(call) };
  if (!method) {
    return {
      ...base,
      nowMs: 0,
      differences: [{ path: "method", recorded: "called", now: "not described in the trace" }],
    };
  }
  const service = { call: rawMethod(method) };
  const client = (
    brokerId === undefined
      ? await opened.client(`replay ${path}`, service)
      : (await opened.plugin.broker.connect(brokerId, service)).client
  ) as RawClient;
  const started = performance.now();
  const requests = recordedBytes(schema, method, call, "caller");
  const now = await invoke(client, method, schema, requests, { signal, metadata: toMetadata(metadata) });
  return {
    ...base,
    nowMs: performance.now() - started,
    differences: compareAnswers(path, recordedAnswer(call), now, rules),
  };
}

async function invoke(
  client: RawClient,
  method: SchemaMethod,
  schema: Schema,
  requests: readonly Uint8Array[],
  options: object,
): Promise<Answer> {
  const messages: Answer["messages"][number][] = [];
  const take = (bytes: Uint8Array) => messages.push(schema.toJson(method.output, bytes) as Answer["messages"][number]);
  try {
    const response = client.call(method.requestStream ? requests : (requests[0] ?? new Uint8Array()), options);
    if (method.responseStream) for await (const bytes of response) take(bytes);
    else take(await response);
    return { status: "OK", message: "", messages };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { status: statusName(error.code), message: error.details, messages };
  }
}

/** Serves the host's recorded answers to the plugin's callbacks, by id and method, one after the other. */
function serveRecorded(opened: OpenPlugin, calls: readonly TracedCall[], schema: Schema) {
  const byId = new Map<number, Map<string, TracedCall[]>>();
  for (const call of calls) {
    const { from, brokerId, method } = call.begin;
    if (from !== "plugin" || brokerId === undefined) continue;
    const methods = byId.get(brokerId) ?? new Map<string, TracedCall[]>();
    byId.set(brokerId, methods.set(method, [...(methods.get(method) ?? []), call]));
  }
  return [...byId].map(([id, methods]) => {
    const service: Record<string, ServiceDefinition[string]> = {};
    const implementation: Record<string, unknown> = {};
    for (const [index, [path, recorded]] of [...methods].entries()) {
      const method = schema.method(path);
      if (!method) continue;
      service[`m${index}`] = rawMethod(method);
      implementation[`m${index}`] = recordedHandler(schema, method, recorded);
    }
    return opened.plugin.broker.serve(service, implementation as never, { id });
  });
}

/** Answers as was recorded; the last answer stays. */
function recordedHandler(schema: Schema, method: SchemaMethod, recorded: readonly TracedCall[]) {
  let calls = 0;
  const next = () => recorded[Math.min(calls++, recorded.length - 1)]!;
  return answerer(schema, method, async () => next());
}

/** A handler that reads what comes, and answers what the chosen call was answered. */
export function answerer(
  schema: Schema,
  method: SchemaMethod,
  choose: (requests: readonly Uint8Array[]) => Promise<TracedCall>,
) {
  const readAll = async (request: unknown): Promise<Uint8Array[]> => {
    if (!method.requestStream) return [request as Uint8Array];
    const requests: Uint8Array[] = [];
    for await (const bytes of request as AsyncIterable<Uint8Array>) requests.push(bytes);
    return requests;
  };
  const fail = ({ end }: TracedCall) => {
    if (end && end.code !== 0) throw new StatusError(end.code as never, end.message);
  };
  if (method.responseStream) {
    return async function* (request: unknown) {
      const call = await choose(await readAll(request));
      yield* recordedBytes(schema, method, call, "callee");
      fail(call);
    };
  }
  return async (request: unknown) => {
    const call = await choose(await readAll(request));
    fail(call);
    return recordedBytes(schema, method, call, "callee")[0] ?? new Uint8Array();
  };
}

function toMetadata(values: Readonly<Record<string, string | readonly string[]>>): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(values)) {
    for (const one of typeof value === "string" ? [value] : value) {
      metadata.append(key, key.endsWith("-bin") ? Buffer.from(one, "base64") : one);
    }
  }
  return metadata;
}
