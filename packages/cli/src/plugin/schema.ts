import { Status, StatusError } from "@go-plugin/grpc";
import { loadDescriptorSet, loadProto, type Reflected, reflect, Schema, standardSchema } from "@go-plugin/proxy/schema";
import type { Command } from "commander";
import { UsageError } from "../errors.js";
import type { OpenPlugin } from "./open-plugin.js";

/** Options for descriptions of messages beside the plugin's own. */
export interface SchemaOptions {
  readonly descriptors: readonly string[];
  readonly proto: readonly string[];
  readonly protoPath: readonly string[];
}

export function addSchemaOptions(command: Command): Command {
  const collect = (path: string, earlier: readonly string[]) => [...earlier, path];
  return command
    .option(
      "--descriptors <file>",
      "FileDescriptorSet of its services, in place of reflection; may be repeated",
      collect,
      [],
    )
    .option(
      "--proto <path>",
      ".proto file or folder of its services, in place of reflection; may be repeated",
      collect,
      [],
    )
    .option("--proto-path <folder>", "where the files of --proto import from; may be repeated", collect, []);
}

/** The known services of a plugin. */
export interface KnownServices {
  readonly schema: Schema;
  /** The plugin's own answer; undefined for a plugin without reflection. */
  readonly reflected: Reflected | undefined;
}

/** Files of the command line. @throws {UsageError} */
export async function loadSchemaFiles({ descriptors, proto, protoPath }: SchemaOptions): Promise<Schema> {
  const schema = new Schema();
  try {
    for (const path of descriptors) schema.addSchema(loadDescriptorSet(path));
    if (proto.length > 0) schema.addSchema(await loadProto(proto, protoPath));
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  return schema;
}

/** The given files first, then what the plugin says of itself, then what every plugin has. */
export async function knownServices(opened: OpenPlugin, files: Schema, signal: AbortSignal): Promise<KnownServices> {
  const schema = new Schema();
  schema.addSchema(files);
  const reflected = await tryReflection(opened, signal);
  if (reflected) schema.addSchema(reflected.schema);
  schema.addSchema(standardSchema());
  return { schema, reflected };
}

async function tryReflection(opened: OpenPlugin, signal: AbortSignal): Promise<Reflected | undefined> {
  try {
    const client = (service: object) => opened.client("reflection", service) as never;
    return await reflect(client, { signal, timeoutMs: 30_000 });
  } catch (error) {
    if (error instanceof StatusError && error.code === Status.UNIMPLEMENTED) return undefined;
    throw error;
  }
}
