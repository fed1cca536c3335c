import diff from "microdiff";
import type { Json } from "../messages/read-input.js";
import type { Rules } from "./rules.js";

/** The end of a call, and its messages. */
export interface Answer {
  readonly status: string;
  readonly message: string;
  readonly messages: readonly Json[];
}

export interface Difference {
  /** The place of the difference: `status`, or a path in the messages; a stream's first message is 0. */
  readonly path: string;
  readonly recorded: unknown;
  readonly now: unknown;
}

/** The differences from the recording, without those that the rules leave out. */
export function compareAnswers(method: string, recorded: Answer, now: Answer, rules: Rules): Difference[] {
  const differences: Difference[] = [];
  if (recorded.status !== now.status) {
    differences.push({
      path: "status",
      recorded: `${recorded.status} ${recorded.message}`.trim(),
      now: `${now.status} ${now.message}`.trim(),
    });
  } else if (recorded.message !== now.message && !rules.ignores(method, ["message"])) {
    differences.push({ path: "message", recorded: recorded.message, now: now.message });
  }
  const streamed = recorded.messages.length !== 1 || now.messages.length !== 1;
  for (const change of diff(recorded.messages as Json[], now.messages as Json[])) {
    // The path begins with the place of the message, of which there is mostly one.
    const path = streamed ? change.path : change.path.slice(1);
    if (rules.ignores(method, change.path.slice(1))) continue;
    differences.push({
      path: path.join(".") || "the whole message",
      recorded: "oldValue" in change ? change.oldValue : undefined,
      now: "value" in change ? change.value : undefined,
    });
  }
  return differences;
}
