// First of all, before any code of the plugin can print: from here on its output is captured.
import "./output/process-output.js";

export type { TlsOptions } from "@go-plugin/proto";
export { ServeError, type ServeErrorCode } from "./errors.js";
export { serve } from "./serve.js";
export type { ServeOptions, TestModeOptions } from "./serve-options.js";
