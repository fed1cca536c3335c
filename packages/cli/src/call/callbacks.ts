import { readFileSync } from "node:fs";
import { type CallContext, Status, StatusError } from "@go-plugin/grpc";
import type { Schema, SchemaMethod } from "@go-plugin/proxy/schema";
import { UsageError } from "../errors.js";
import { rawMethod } from "../messages/raw-method.js";
import type { Json } from "../messages/read-input.js";
import type { OpenPlugin } from "../plugin/open-plugin.js";
import { colors, printError } from "../terminal.js";
import { findMethod } from "./find-method.js";

/** The answers by method, by broker id. */
type CannedFile = Record<string, Record<string, Json>>;

/**
 * Serves canned responses under the broker ids that a file names: `{"1": {"package.Service/Method": answer}}`. An answer
 * is a message; or a list: of messages for a stream of responses, else of the answers of one call after the other, the
 * last of which stays; or `{"$error": {"code": "NOT_FOUND", "message": "…"}}`.
 */
export async function serveCallbacks(
  opened: OpenPlugin,
  schema: Schema,
  path: string | undefined,
): Promise<AsyncDisposable> {
  const servers =
    path === undefined ? [] : Object.entries(readFile(path)).map(([id, answers]) => serve(opened, schema, id, answers));
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

function serve(opened: OpenPlugin, schema: Schema, id: string, answers: Record<string, Json>) {
  if (!/^\d+$/.test(id)) throw new UsageError(`--callbacks: expected broker ids as keys, got ${JSON.stringify(id)}`);
  const service: Record<string, ReturnType<typeof rawMethod>> = {};
  const implementation: Record<string, unknown> = {};
  for (const [index, [name, answer]] of Object.entries(answers).entries()) {
    const method = findMethod(schema, name);
    service[`m${index}`] = rawMethod(method);
    implementation[`m${index}`] = handler(schema, method, id, answer);
  }
  return opened.plugin.broker.serve(service, implementation as never, { id: Number(id) });
}

function handler(schema: Schema, method: SchemaMethod, id: string, answer: Json) {
  let calls = 0;
  const say = (bytes: Uint8Array) =>
    printError(colors.dim(`callback ${id} ${method.path} ${JSON.stringify(schema.toJson(method.input, bytes))}`));
  const encode = (json: Json): Uint8Array => {
    throwIfError(json);
    return schema.fromJson(method.output, json);
  };
  const next = (): Json => {
    if (!Array.isArray(answer)) return answer;
    return answer[Math.min(calls++, answer.length - 1)] ?? {};
  };
  const readAll = async (request: unknown) => {
    if (!method.requestStream) return say(request as Uint8Array);
    for await (const message of request as AsyncIterable<Uint8Array>) say(message);
  };
  if (!method.responseStream) {
    return async (request: unknown, _context: CallContext) => {
      await readAll(request);
      return encode(next());
    };
  }
  return async function* (request: unknown, _context: CallContext) {
    await readAll(request);
    for (const message of Array.isArray(answer) ? answer : [answer]) yield encode(message);
  };
}

function throwIfError(json: Json): void {
  const error = Object(json).$error as { code?: string | number; message?: string } | undefined;
  if (!error) return;
  const code = typeof error.code === "number" ? error.code : Status[(error.code ?? "UNKNOWN") as keyof typeof Status];
  throw new StatusError((code ?? Status.UNKNOWN) as Status, error.message ?? "");
}

function readFile(path: string): CannedFile {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as CannedFile;
  } catch (cause) {
    throw new UsageError(`--callbacks: ${(cause as Error).message}`, { cause });
  }
}
