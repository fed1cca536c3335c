import type { OpenPlugin } from "../plugin/open-plugin.js";

/** The answers of a plugin that speaks net/rpc. It never names its types and methods. */
export interface NetRpcReport {
  readonly "Control.Ping": string;
  /** By the name that was asked for. */
  readonly "Dispenser.Dispense": Readonly<Record<string, string>>;
}

export async function inspectNetRpc(opened: OpenPlugin, names: readonly string[]): Promise<NetRpcReport> {
  const dispense: Record<string, string> = {};
  for (const name of names) dispense[name] = await outcome(opened.client(name, {}), "there is such a plugin");
  return {
    "Control.Ping": await outcome(opened.plugin.ping({ timeoutMs: 5_000 }), "answers"),
    "Dispenser.Dispense": dispense,
  };
}

async function outcome(attempt: Promise<unknown>, success: string): Promise<string> {
  try {
    await attempt;
    return success;
  } catch (error) {
    return (error as Error).message;
  }
}
