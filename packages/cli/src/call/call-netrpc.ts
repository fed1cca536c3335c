import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gob } from "@go-plugin/gob";
import { method as describeRpc, type RpcMethod, type RpcService } from "@go-plugin/netrpc";
import { gobToJson } from "@go-plugin/proxy";
import { ExitCode, UsageError } from "../errors.js";
import { typeOfJson, valueFromJson } from "../messages/gob-json.js";
import { type Json, readInput } from "../messages/read-input.js";
import type { OpenPlugin } from "../plugin/open-plugin.js";
import { colors, print, printError } from "../terminal.js";
import type { CallRequest } from "./call-options.js";

/** Dispenses a plugin, calls one of its methods, prints the reply, and returns the exit code. */
export async function callNetRpc(opened: OpenPlugin, request: CallRequest): Promise<number> {
  const { options, signal } = request;
  const { name, methodName } = splitMethod(request.method);
  const schema = options.gobSchema === undefined ? undefined : await loadService(options.gobSchema);
  const messages: Json[] = [];
  for await (const json of readInput(request.data, process.stdin)) messages.push(json);
  if (messages.length > 1)
    throw new UsageError(`net/rpc has no streams: expected one argument, got ${messages.length}`);
  const args = messages[0] ?? null;
  const method = schema ? findInSchema(schema, methodName) : describeRpc(typeOfJson(args), gob.unknown);
  const client = (await opened.client(name, { [methodName]: method })) as Record<
    string,
    (args: unknown, options: object) => Promise<unknown>
  >;
  const invoke = client[methodName.charAt(0).toLowerCase() + methodName.slice(1)]!;
  const timeout = options.timeout === undefined ? [] : [AbortSignal.timeout(options.timeout)];
  try {
    const reply = await invoke(valueFromJson(args), { signal: AbortSignal.any([signal, ...timeout]) });
    await print(`${JSON.stringify(gobToJson(reply), null, options.json ? 0 : 2)}\n`);
    return ExitCode.ok;
  } catch (error) {
    signal.throwIfAborted();
    const { name: kind, message } = error as Error;
    if (options.json) printError(JSON.stringify({ error: message, kind }));
    else printError(`${colors.red("error:")} ${message}`);
    return ExitCode.rpcError;
  }
}

function splitMethod(text: string): { name: string; methodName: string } {
  const at = Math.max(text.lastIndexOf("/"), text.lastIndexOf("."));
  if (at > 0 && at < text.length - 1) return { name: text.slice(0, at), methodName: text.slice(at + 1) };
  throw new UsageError(`expected the name to dispense and the method, such as kv/Get; got ${JSON.stringify(text)}`);
}

async function loadService(source: string): Promise<RpcService> {
  const [path = "", name] = source.split("#");
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (cause) {
    throw new UsageError(`--gob-schema: ${(cause as Error).message}`, { cause });
  }
  const services = Object.entries(module).filter(([, value]) => isService(value));
  const chosen = name === undefined ? services : services.filter(([key]) => key === name);
  if (chosen.length === 1) return chosen[0]![1] as RpcService;
  const names = services.map(([key]) => key).join(", ") || "none";
  throw new UsageError(`--gob-schema: expected module.js#Service; ${path} has the services ${names}`);
}

function isService(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).length > 0 &&
    Object.values(value).every((one) => typeof one === "object" && one !== null && "args" in one && "reply" in one)
  );
}

function findInSchema(schema: RpcService, name: string): RpcMethod {
  const method = schema[name];
  if (method) return method;
  throw new UsageError(`no method ${name}: the service has ${Object.keys(schema).join(", ")}`);
}
