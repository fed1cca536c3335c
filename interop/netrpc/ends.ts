import { setImmediate } from "node:timers/promises";
import { failed } from "./failure.js";
import type { Host } from "./host.js";
import type { Scenario } from "./scenarios.js";
import { echoService } from "./shared.js";

/** The scenarios of interop/netrpcscenario/ends.go. */
export const ends: Readonly<Record<string, Scenario>> = {
  // The plugin dies while it serves two calls and makes one.
  async killed(host) {
    const { side, caller, plugin } = host;
    await using ours = side.serve();
    await using theirs = await side.broker.connect(await caller.serveEcho(0), echoService);
    const brokered = failed(theirs.client.hold(1));
    const call = failed(caller.callBack({ IDs: [ours.id], Together: 2 }));
    await host.reached(({ Waiting }) => Waiting === 1 && side.waiting === 1);
    process.kill(plugin.pid, "SIGKILL");
    return { brokered: await brokered, call: await call, ...(await afterExit(host)) };
  },

  async exits(host) {
    const call = await failed(host.caller.exit(7));
    const later = await afterExit(host);
    return { call, ...later, exitCode: (await host.plugin.exited).code };
  },

  // A plugin whose method panics logs the reason.
  async panics(host) {
    const call = await failed(host.caller.panic("the disk is full"));
    const later = await afterExit(host);
    while (!host.log().includes("the disk is full")) await setImmediate();
    return { call, ...later, succeeded: (await host.plugin.exited).code === 0 };
  },

  // A call that is not answered before the end.
  async "left-in-flight"(host) {
    host.inFlight = failed(host.caller.hold(1));
    await host.reached(({ Waiting }) => Waiting === 1);
    return {};
  },
};

/** The outcome of calls when the plugin is gone. */
async function afterExit({ caller, plugin }: Host): Promise<object> {
  await plugin.exited;
  return {
    later: await failed(caller.progress({})),
    ping: await failed(plugin.ping()),
    dispense: await failed(plugin.dispense("caller")),
  };
}
