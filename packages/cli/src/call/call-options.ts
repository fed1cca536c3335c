import type { PluginOptions } from "../plugin/options.js";
import type { SchemaOptions } from "../plugin/schema.js";

/** Options of a call. */
export interface CallCommandOptions extends PluginOptions, SchemaOptions {
  readonly header: readonly string[];
  readonly timeout?: number;
  readonly emitDefaults: boolean;
  readonly callbacks?: string;
  readonly gobSchema?: string;
  readonly verbose: boolean;
  readonly json: boolean;
}

/** One call of the command line. */
export interface CallRequest {
  readonly method: string;
  readonly data: string | undefined;
  readonly options: CallCommandOptions;
  readonly signal: AbortSignal;
}

export type InvokeOptions = Pick<CallCommandOptions, "header" | "timeout" | "emitDefaults" | "verbose" | "json">;
