export { addCheckCommand } from "./check.js";
export { addCheckHostCommand } from "./check-host.js";
export type { Invocation } from "./options.js";
