import { redacted, type TracedCall, type TracedSession } from "@go-plugin/proxy";
import { Schema, type SchemaMethod, standardSchema } from "@go-plugin/proxy/schema";
import type { Json } from "../messages/read-input.js";
import type { Answer } from "./compare.js";

/** Calls of go-plugin itself, which every host makes anyway. */
const housekeeping = /^\/(plugin\.GRPC|grpc\.(health|reflection)\.)/;

/** The descriptors of a recorded start. */
export function schemaOf(session: TracedSession): Schema {
  const { schema } = session;
  return schema ? Schema.fromDescriptorSet(Buffer.from(schema.descriptors, "base64")) : standardSchema();
}

/** The calls of the application that came to an end. */
export function applicationCalls(session: TracedSession): TracedCall[] {
  return session.calls.filter(({ begin, end }) => end !== undefined && !housekeeping.test(begin.method));
}

/** The bytes of what one side has said in a call. */
export function recordedBytes(
  schema: Schema,
  method: SchemaMethod,
  call: TracedCall,
  by: "caller" | "callee",
): Uint8Array[] {
  const type = by === "caller" ? method.input : method.output;
  return said(call, by).map(({ message, bytes }) =>
    bytes !== undefined || message === undefined ? Buffer.from(bytes ?? "", "base64") : schema.fromJson(type, message),
  );
}

export function recordedJson(call: TracedCall, by: "caller" | "callee"): Json[] {
  return said(call, by).map(({ message, bytes }) => (message ?? { $bytes: bytes ?? "" }) as Json);
}

export function recordedAnswer(call: TracedCall): Answer {
  const { status = "OPEN", message = "" } = call.end ?? {};
  return { status, message: status === "OK" ? "" : message, messages: recordedJson(call, "callee") };
}

/** True if a secret was left out of the call, so that it cannot be replayed. */
export function hasSecrets(call: TracedCall): boolean {
  return JSON.stringify(recordedJson(call, "caller")).includes(JSON.stringify(redacted));
}

function said({ begin, messages }: TracedCall, by: "caller" | "callee") {
  return messages.filter(({ from }) => (from === begin.from) === (by === "caller"));
}
