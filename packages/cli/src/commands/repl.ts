import { invoke } from "../call/call-grpc.js";
import { callNetRpc } from "../call/call-netrpc.js";
import type { CallCommandOptions } from "../call/call-options.js";
import { serveCallbacks } from "../call/callbacks.js";
import { findMethod } from "../call/find-method.js";
import type { AddCommand } from "../command.js";
import { UsageError } from "../errors.js";
import { describeMessages } from "../inspect/describe-services.js";
import { isStandard } from "../inspect/report.js";
import { readInput } from "../messages/read-input.js";
import { type OpenPlugin, openPlugin } from "../plugin/open-plugin.js";
import { addPluginOptions } from "../plugin/options.js";
import { addSchemaOptions, type KnownServices, knownServices, loadSchemaFiles } from "../plugin/schema.js";
import { type ReplActions, runRepl } from "../repl/repl.js";
import { createProgress } from "../terminal.js";
import { addCallOptions } from "./call.js";

/** Keeps a plugin open, for one call after the other. */
export const addReplCommand: AddCommand = (program, { rest, signal }) => {
  const command = program
    .command("repl")
    .description("keep a plugin open and call its methods, with completion and history")
    .argument("[plugin]", "its executable file; its own arguments follow after --");
  addCallOptions(addPluginOptions(addSchemaOptions(command))).action(
    async (path: string | undefined, options: CallCommandOptions) => {
      const progress = await createProgress(options);
      await using opened = await openPlugin({ command: path, args: rest, options }, progress, signal);
      if (opened.plugin.protocol === "netrpc") {
        await runRepl(netRpcActions(opened, options, signal), signal);
        return;
      }
      const known = await knownServices(opened, await loadSchemaFiles(options), signal);
      await using _callbacks = await serveCallbacks(opened, known.schema, options.callbacks);
      await runRepl(grpcActions(opened, known, options, signal), signal);
    },
  );
};

function grpcActions(
  opened: OpenPlugin,
  known: KnownServices,
  options: CallCommandOptions,
  signal: AbortSignal,
): ReplActions {
  const { schema, reflected } = known;
  const services = (reflected?.services ?? schema.services.map(({ typeName }) => typeName)).filter(
    (name) => !isStandard(name),
  );
  return {
    methods: services.flatMap((name) => schema.service(name)?.methods.map((method) => `${name}/${method.name}`) ?? []),
    async call(path, data) {
      await invoke(opened, schema, findMethod(schema, path), readInput(notStdin(data), process.stdin), options, signal);
    },
    describe(name) {
      const method = schema.method(name);
      const types = method ? [method.input.typeName, method.output.typeName] : [name];
      const messages = describeMessages(known, [
        {
          name: "",
          methods: types.map((type) => ({
            name: "",
            input: type,
            output: type,
            requestStream: false,
            responseStream: false,
          })),
        },
      ]);
      if (Object.keys(messages).length === 0) throw new UsageError(`no message or method ${JSON.stringify(name)}`);
      return Object.entries(messages)
        .map(([type, fields]) =>
          [type, ...fields.map((field) => `  ${field.number} ${field.name} ${field.type}`)].join("\n"),
        )
        .join("\n");
    },
  };
}

function netRpcActions(opened: OpenPlugin, options: CallCommandOptions, signal: AbortSignal): ReplActions {
  return {
    methods: [],
    async call(method, data) {
      await callNetRpc(opened, { method, data: notStdin(data), options, signal });
    },
    describe() {
      throw new UsageError("net/rpc does not tell its types");
    },
  };
}

/** Stdin is where the lines come from. */
function notStdin(data: string | undefined): string | undefined {
  if (data === "-" || data === "@-") throw new UsageError("stdin is the conversation's: give the message, or @file");
  return data;
}
