import { addCheckCommand, addCheckHostCommand } from "@go-plugin/conformance/commands";
import type { AddCommand } from "./command.js";
import { addBuildCommand } from "./commands/build.js";
import { addCallCommand } from "./commands/call.js";
import { addFaultCommand } from "./commands/fault.js";
import { addInspectCommand } from "./commands/inspect.js";
import { addReplCommand } from "./commands/repl.js";
import { addReplayCommand } from "./commands/replay.js";
import { addShowCommand } from "./commands/show.js";
import { addTraceCommand } from "./commands/trace.js";

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [
  addInspectCommand,
  addCallCommand,
  addReplCommand,
  addTraceCommand,
  addShowCommand,
  addReplayCommand,
  addFaultCommand,
  addBuildCommand,
  addCheckCommand,
  addCheckHostCommand,
];
