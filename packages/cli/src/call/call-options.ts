import type { PluginOptions } from "../plugin/options.js";
import type { SchemaOptions } from "../plugin/schema.js";

/** Options of a call. */
export interface CallOptions extends PluginOptions, SchemaOptions {
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
  readonly options: CallOptions;
  readonly signal: AbortSignal;
}

export type InvokeOptions = Pick<CallOptions, "header" | "timeout" | "emitDefaults" | "verbose" | "json">;
