import { Blocked } from "../run/verdicts.js";
import { encodeMessage } from "../wire/message.js";
import { methods, Status } from "../wire/methods.js";
import { connectNetRpc, isUnanswered } from "./netrpc-session.js";
import { grpcOf } from "./sessions.js";
import type { StartedPlugin } from "./start.js";

/** Asks the plugin to end, as its protocol does. @throws {Blocked} when it cannot be asked. */
export async function endByHost(plugin: StartedPlugin): Promise<void> {
  const { timeoutMs } = plugin.subject;
  if ((await plugin.handshake()).protocol === "netrpc") {
    const host = await connectNetRpc(plugin);
    const end = await host.call("Control.Quit", timeoutMs);
    host.close();
    if (isUnanswered(end)) throw new Blocked("NR-1");
    return;
  }
  const client = await grpcOf(plugin);
  const { status } = await client.call(methods.shutdown, encodeMessage(), timeoutMs);
  client.close();
  if (status === Status.unimplemented) throw new Blocked("GRPC-7");
}

/** Asks it, and waits for its exit. @throws {Blocked} when it does not end. */
export async function exitByHost(plugin: StartedPlugin) {
  const { protocol } = await plugin.handshake();
  await endByHost(plugin);
  const exit = await plugin.exitWithin(2_500);
  if (!exit) throw new Blocked(protocol === "grpc" ? "END-1" : "NR-3");
  return exit;
}
