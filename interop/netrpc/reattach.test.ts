import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type ReattachConfig, reattach, silentLogger } from "@go-plugin/host";
import { test } from "@go-plugin/test/sandbox";
import { expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { pluginCommand } from "./run-pair.js";
import { hostPlugins } from "./shared.js";
import { Side } from "./side.js";

test.for(["Go", "TypeScript"] as const)(
  "a TypeScript host attaches to a %s plugin that a Go host has left, calls both ways, and ends it",
  async (language, { sandbox }) => {
    const [command, ...args] = pluginCommand(language);
    const outlives = language === "TypeScript" ? ["--outlives-host"] : [];
    const host = spawn(goProgram("netrpc-host"), ["-detach", "-scenarios=callback", command, ...args, ...outlives], {
      env: { ...process.env, ...sandbox.env },
      stdio: ["pipe", "pipe", "ignore"],
    });
    let config: ReattachConfig | undefined;
    for await (const line of createInterface(host.stdout)) {
      const printed = JSON.parse(line);
      if (!("pid" in printed)) continue;
      // Go's own configuration lacks the version.
      config = { ...printed, version: 1 };
      break;
    }
    await using plugin = await reattach(hostPlugins, config!, { logger: silentLogger });
    host.stdin.end();
    if (host.exitCode === null) await once(host, "exit");

    const caller = await plugin.dispense("caller");
    const side = new Side("host", plugin.broker);
    await using echo = side.serve();
    expect(await caller.callBack({ IDs: [echo.id], Text: "hello", Calls: 1 })).toMatchObject([
      { Texts: [`host ${echo.id}: hello`] },
    ]);
    // Each connection has its own broker, whose ids start from the beginning.
    expect(await side.say(await caller.serveEcho(0), { Text: "hello" })).toMatchObject({ Texts: ["plugin 2: hello"] });
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ expected: true });
  },
);
