// Must come first: it captures output from here on, before any code of the plugin can print.
import "./output/process-output.js";

export type { TlsOptions } from "@go-plugin/proto";
export { isServeError, ServeError, type ServeErrorCode } from "./errors.js";
export { serve } from "./serve.js";
export type { ServeOptions, TestModeOptions } from "./serve-options.js";
