import type { ServiceDefinition } from "@go-plugin/grpc";
import { definePlugins, grpc, type PluginContext } from "@go-plugin/proto";
import type { TracedCall, TracedSession } from "@go-plugin/proxy";
import { Schema, type SchemaMethod } from "@go-plugin/proxy/schema";
import { UsageError } from "../errors.js";
import { rawMethod } from "../messages/raw-method.js";
import type { Json } from "../messages/read-input.js";
import { compareAnswers } from "./compare.js";
import { applicationCalls, recordedBytes, recordedJson, schemaOf } from "./recorded.js";
import { answerer } from "./replay-host.js";
import type { Rules } from "./rules.js";

/**
 * Plays the plugin's part: this process serves what the plugin has answered, to the host that has started it. A call
 * is answered as the recorded one with the same request, of any start; else as the next one of its method, and the
 * difference is in the plugin's log.
 */
export async function replayPlugin(
  sessions: readonly TracedSession[],
  cookie: readonly [string, string],
  rules: Rules,
): Promise<void> {
  const version = sessions.find(({ handshake }) => handshake)?.handshake?.appVersion;
  if (version === undefined) throw new UsageError("the trace has no start that came to a handshake");
  const schema = new Schema();
  for (const session of sessions) schema.addSchema(schemaOf(session));
  const calls = sessions.flatMap(applicationCalls);
  const methods = [...new Set(calls.filter(({ begin }) => isOfHost(begin)).map(({ begin }) => begin.method))];
  const services: Record<string, Record<string, ServiceDefinition[string]>> = {};
  const handlers: Record<string, Record<string, (context: PluginContext) => unknown>> = {};
  for (const path of methods) {
    const method = schema.method(path);
    const [, service = "", name = ""] = path.split("/");
    if (!method) continue;
    services[service] = { ...services[service], [name]: rawMethod(method) };
    const recorded = calls.filter(({ begin }) => begin.method === path && isOfHost(begin));
    const key = name.charAt(0).toLowerCase() + name.slice(1);
    handlers[service] = {
      ...handlers[service],
      [key]: (context) => answerer(schema, method, chooser(schema, method, recorded, calls, context, rules)),
    };
  }
  // Loading it sets stdout apart, which is the host's.
  const { serve } = await import("@go-plugin/plugin");
  const definition = definePlugins({
    magicCookieKey: cookie[0],
    magicCookieValue: cookie[1],
    versions: { [version]: grpc(services) },
  });
  const implementations = Object.fromEntries(
    Object.entries(handlers).map(([service, made]) => [
      service,
      (context: PluginContext) => Object.fromEntries(Object.entries(made).map(([name, make]) => [name, make(context)])),
    ]),
  );
  await serve(definition as never, { [version]: implementations } as never);
}

function isOfHost({ from, brokerId }: TracedCall["begin"]): boolean {
  return from === "host" && brokerId === undefined;
}

function chooser(
  schema: Schema,
  method: SchemaMethod,
  recorded: readonly TracedCall[],
  all: readonly TracedCall[],
  context: PluginContext,
  rules: Rules,
) {
  const unused = [...recorded];
  return async (requests: readonly Uint8Array[]): Promise<TracedCall> => {
    const now = requests.map((bytes) => schema.toJson(method.input, bytes) as Json);
    const compare = (call: TracedCall) =>
      compareAnswers(
        call.begin.method,
        { status: "", message: "", messages: recordedJson(call, "caller") },
        { status: "", message: "", messages: now },
        rules,
      );
    const same =
      unused.find((call) => compare(call).length === 0) ?? recorded.find((call) => compare(call).length === 0);
    const call = same ?? unused[0] ?? recorded.at(-1)!;
    const at = unused.indexOf(call);
    if (at !== -1) unused.splice(at, 1);
    if (!same) {
      context.logger.warn(`replay: ${call.begin.method} was not recorded with this request`, {
        differences: compare(call),
      });
    }
    await callBack(schema, call, all, context);
    return call;
  };
}

/** Makes the calls that the plugin has made to its host meanwhile. */
async function callBack(
  schema: Schema,
  call: TracedCall,
  all: readonly TracedCall[],
  { broker, logger }: PluginContext,
): Promise<void> {
  const meanwhile = all.filter(
    ({ begin }) =>
      begin.session === call.begin.session &&
      begin.from === "plugin" &&
      begin.brokerId !== undefined &&
      begin.time >= call.begin.time &&
      begin.time <= call.end!.time,
  );
  for (const back of meanwhile) {
    const method = schema.method(back.begin.method);
    if (!method) continue;
    const { client, close } = await broker.connect(back.begin.brokerId!, { call: rawMethod(method) });
    const requests = recordedBytes(schema, method, back, "caller");
    const invoke = (client as { call(request: unknown): Promise<unknown> & AsyncIterable<unknown> }).call;
    try {
      const response = invoke(method.requestStream ? requests : requests[0]);
      if (method.responseStream) for await (const _ of response);
      else await response;
    } catch (error) {
      logger.warn(`replay: ${back.begin.method}: ${(error as Error).message}`);
    } finally {
      await close();
    }
  }
}
