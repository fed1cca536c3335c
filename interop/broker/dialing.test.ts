import { text } from "node:stream/consumers";
import type { LaunchOptions } from "@go-plugin/host";
import { test } from "@go-plugin/test/sandbox";
import { expect } from "vitest";
import { combinations } from "./combinations.js";
import { pluginCommand, type Settings, withHost } from "./run-pair.js";
import type { Host } from "./scenarios.js";

type Use = (host: Host) => Promise<unknown>;

/** A test with a plugin of each language, over each kind of connection. */
function eachPlugin(
  name: string,
  use: Use,
  applies: (settings: Settings, plugin: string) => boolean = () => true,
): void {
  for (const [how, settings] of combinations) {
    for (const language of ["Go", "TypeScript"] as const) {
      if (!applies(settings, language)) continue;
      test(`${name}: ${language} plugin, ${how}`, async ({ sandbox }) => {
        const [command, ...args] = pluginCommand(language);
        const options: LaunchOptions = {
          ...settings,
          command,
          args,
          env: sandbox.env,
          sockets: { directory: sandbox.directory },
        };
        expect(await withHost(options, 0, use)).toEqual({ exited: true, forced: false });
      });
    }
  }
}

eachPlugin(
  "raw bytes to an id, and back, and an end",
  async ({ side, caller }) => {
    const { id } = await caller.nextId({});
    await caller.serveRaw({ id });
    const connection = await side.broker.dial(id);
    const sent = "0123456789".repeat(100_000);
    connection.end(sent);
    expect(await text(connection)).toBe(sent);
  },
  // Go's Accept leaves TLS to its caller, which has no access to the certificates.
  ({ autoMtls }, plugin) => plugin === "TypeScript" || !autoMtls,
);

eachPlugin("a dialer that gives up before it is accepted costs the next ones nothing", async ({ side, caller }) => {
  const ids: number[] = [];
  for (let dials = 0; dials < 5; dials++) {
    const { id } = await caller.nextId({});
    ids.push(id);
    await expect(side.broker.dial(id, { timeoutMs: 50 })).rejects.toMatchObject({ code: "ERR_BROKER_TIMEOUT" });
  }
  // The dials that gave up are answered now.
  for (const id of ids) await caller.serveEcho({ id });
  for (const id of ids) expect(await side.say(id, { text: "again" })).toMatchObject({ texts: [`plugin ${id}: again`] });
  for (const id of ids) await caller.stopEcho({ id });
});

eachPlugin(
  "a dialer that hangs up as soon as it is connected costs the next ones nothing",
  async ({ side, caller }) => {
    for (let dials = 0; dials < 20; dials++) {
      const { id } = await caller.serveEcho({ id: 0 });
      (await side.broker.dial(id)).destroy();
      const next = await caller.serveEcho({ id: 0 });
      expect(await side.say(next.id, { text: "next" })).toMatchObject({ texts: [`plugin ${next.id}: next`] });
      // Only now: a Go plugin that stops a listener just as a stream arrives for it accepts no further stream.
      for (const served of [id, next.id]) await caller.stopEcho({ id: served });
    }
  },
);

eachPlugin(
  "a service that is closed again before anybody dials costs the next ones nothing",
  async ({ side, caller }) => {
    for (let served = 0; served < 20; served++) {
      await side.serve().close();
      await using echo = side.serve();
      const { replies } = await caller.callBack({
        ids: [echo.id],
        text: "next",
        calls: 1,
        concurrent: false,
        together: 0,
      });
      expect(replies).toMatchObject([{ texts: [`host ${echo.id}: next`] }]);
    }
  },
);
