import type { AddCommand } from "../command.js";
import { formatReport } from "../inspect/print-report.js";
import { makeReport } from "../inspect/report.js";
import { openPlugin } from "../plugin/open-plugin.js";
import { addPluginOptions, type PluginOptions } from "../plugin/options.js";
import { addSchemaOptions, knownServices, loadSchemaFiles, type SchemaOptions } from "../plugin/schema.js";
import { createProgress, print } from "../terminal.js";

interface InspectOptions extends PluginOptions, SchemaOptions {
  readonly messages: boolean;
  readonly name: readonly string[];
  readonly json: boolean;
}

/** Says what a plugin is. */
export const addInspectCommand: AddCommand = (program, { rest, signal }) => {
  const command = program
    .command("inspect")
    .description("start a plugin and say what it is: handshake, versions, TLS, services, methods, messages, health")
    .argument("[plugin]", "its executable file; its own arguments follow after --")
    .option("--messages", "list the fields of all messages as well", false)
    .option(
      "--name <name>",
      "net/rpc: what to dispense; may be repeated",
      (name, earlier: string[]) => [...earlier, name],
      [],
    )
    .option("--json", "one JSON object", false);
  addPluginOptions(addSchemaOptions(command)).action(async (path: string | undefined, options: InspectOptions) => {
    const files = await loadSchemaFiles(options);
    const progress = await createProgress(options);
    await using opened = await openPlugin({ command: path, args: rest, options }, progress, signal);
    const known = opened.plugin.protocol === "grpc" ? await knownServices(opened, files, signal) : undefined;
    const report = await makeReport(
      opened,
      known,
      {
        command: path,
        messages: options.messages,
        names: options.name.length > 0 ? options.name : (opened.product?.plugins ?? []),
        given: files.fileNames.length > 0 ? files.services.map(({ typeName }) => typeName) : [],
      },
      signal,
    );
    await print(options.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report));
  });
};
