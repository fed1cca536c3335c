import type { Duplex } from "node:stream";
import { Session } from "@go-plugin/yamux";
import type { PluginPlan } from "./plan.js";

/** A yamux session whose streams all go to the main server. */
export function serveMultiplexed(plan: PluginPlan, serve: (connection: Duplex) => void): (connection: Duplex) => void {
  return async (connection) => {
    const session = new Session(connection, { role: "server" });
    let streams = 0;
    try {
      for await (const stream of session) {
        stream.on("error", () => {});
        if (++streams > 1 && plan.multiplex?.oneStream) stream.destroy(new Error("one stream is enough"));
        else serve(stream);
      }
    } catch {
      // The host is gone.
    }
  };
}
