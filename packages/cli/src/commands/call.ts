import { callGrpc } from "../call/call-grpc.js";
import { callNetRpc } from "../call/call-netrpc.js";
import type { CallCommandOptions } from "../call/call-options.js";
import type { AddCommand } from "../command.js";
import { Exit, ExitCode, UsageError } from "../errors.js";
import { openPlugin } from "../plugin/open-plugin.js";
import { addPluginOptions, parseDuration } from "../plugin/options.js";
import { addSchemaOptions } from "../plugin/schema.js";
import { createProgress } from "../terminal.js";

/** Calls a method of a plugin. */
export const addCallCommand: AddCommand = (program, { rest, signal }) => {
  const command = program
    .command("call")
    .description("call a method of a plugin, unary or streaming")
    .argument("[plugin]", "its executable file, or a dot with --reattach; its own arguments follow after --")
    .argument("[method]", "package.Service/Method; over net/rpc the dispensed name and the method, kv/Get")
    .argument("[data]", "the message as JSON, @file, or - for stdin; several messages are lines");
  addCallOptions(addPluginOptions(addSchemaOptions(command))).action(
    async (
      path: string | undefined,
      method: string | undefined,
      data: string | undefined,
      options: CallCommandOptions,
    ) => {
      if (method === undefined)
        throw new UsageError("expected a plugin and a method, such as ./plugin package.Service/Method");
      const progress = await createProgress(options);
      const target = { command: path, args: rest, options };
      await using opened = await openPlugin(target, progress, signal);
      const call = opened.plugin.protocol === "grpc" ? callGrpc : callNetRpc;
      const code = await call(opened, { method, data, options, signal });
      if (code !== ExitCode.ok) throw new Exit(code);
    },
  );
};

/** Adds the options of a call, which the repl has too. */
export function addCallOptions(command: ReturnType<typeof addPluginOptions>): typeof command {
  return command
    .option(
      "-H, --header <header>",
      '"key: value" to send; -bin values in base64; may be repeated',
      (one, earlier: string[]) => [...earlier, one],
      [],
    )
    .option("--timeout <duration>", "the deadline, such as 500ms or 5s", parseDuration)
    .option("--emit-defaults", "show fields that have their default value", false)
    .option("--callbacks <file>", "canned responses by broker id, served to the plugin")
    .option("--gob-schema <module#name>", "net/rpc: a module that gob-schema wrote, and the service in it")
    .option("-v, --verbose", "show headers and trailers", false)
    .option("--json", "one line for each message; how it ended as JSON on stderr", false);
}
