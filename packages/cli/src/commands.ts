import { addCallCommand } from "./commands/call.js";
import { addInspectCommand } from "./commands/inspect.js";
import type { AddCommand } from "./run.js";

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [addInspectCommand, addCallCommand];
