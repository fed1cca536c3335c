import { spawn } from "node:child_process";
import { once } from "node:events";
import { isAlive, kill } from "../processes.js";
import type { Check } from "../run/run-checks.js";
import { Blocked, expect, NotApplicable } from "../run/verdicts.js";
import { after } from "../wire/grpc-client.js";
import { endByHost, exitByHost } from "./end-by-host.js";
import { checkHealth } from "./grpc.js";
import { connectTo, looksLikeLine, parseLine } from "./line.js";
import { connectNetRpc, isUnanswered } from "./netrpc-session.js";
import { grpcOf, startGrpc } from "./sessions.js";
import { describeExit, hostVariables, inherited, startPlugin, temporaryDirectory } from "./start.js";
import type { PluginSubject } from "./subject.js";

const needs = ["HS-1", "HS-2", "HS-5", "HS-6", "HS-7"];

export const endingChecks: readonly Check<PluginSubject>[] = [
  {
    rule: "END-1",
    needs,
    async run(subject, trace) {
      await using plugin = await startGrpc(subject, trace);
      await endByHost(plugin);
      const exit = await plugin.exitWithin(2_500);
      expect(exit !== undefined, "an exit within 2 s of Shutdown", "it goes on");
    },
  },
  {
    rule: "END-2",
    needs,
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      await plugin.handshake();
      const exit = await exitByHost(plugin);
      expect(exit.code === 0, "exit code 0", `it ended ${describeExit(exit)}`);
    },
  },
  {
    rule: "END-7",
    needs,
    async run(subject, trace) {
      await using plugin = startPlugin(subject, trace);
      const { protocol } = await plugin.handshake();
      const host = protocol === "netrpc" ? await connectNetRpc(plugin) : undefined;
      const before = await host?.call("Control.Ping", subject.timeoutMs);
      if (before && isUnanswered(before)) throw new Blocked("NR-1");
      plugin.signal("SIGINT");
      const exit = await plugin.exitWithin(500);
      expect(exit === undefined, "a plugin that ignores SIGINT", exit ? `it ended ${describeExit(exit)}` : "");
      const answered =
        host === undefined
          ? (await checkHealth(await grpcOf(plugin), "plugin", subject)).status !== undefined
          : !("broken" in (await host.call("Control.Ping", subject.timeoutMs)));
      expect(answered, "a plugin that still answers after SIGINT", "it does not");
    },
  },
  {
    rule: "END-8",
    needs,
    async run(subject, trace) {
      if (process.platform === "win32") throw new NotApplicable("Windows");
      using directory = temporaryDirectory();
      const env = {
        ...inherited(false),
        TMPDIR: directory.path,
        ...subject.env,
        ...hostVariables(subject),
        [subject.cookie.key]: subject.cookie.value,
      };
      // A host that can be killed: a shell that starts the plugin, tells its pid on descriptor 3, and waits.
      const script = '"$@" 3>&- & echo $! >&3; wait';
      const stdio = ["ignore", "pipe", "ignore", "pipe"] as const;
      const host = spawn("sh", ["-c", script, "sh", subject.command, ...subject.args], { env, stdio: [...stdio] });
      const ended = once(host, "exit");
      const pid = Number(String((await once(host.stdio[3]!, "data"))[0]));
      try {
        let stdout = "";
        host.stdout!.on("data", (chunk) => {
          stdout += chunk;
        });
        const late = after(subject.timeoutMs, true);
        while (!stdout.includes("\n") && !(await Promise.race([late, once(host.stdout!, "data").then(() => false)]))) {}
        if (!looksLikeLine(stdout)) throw new Blocked("HS-1");
        const socket = await connectTo(parseLine(stdout.slice(0, stdout.indexOf("\n") + 1)), trace);
        socket.destroy();
        trace.say("> SIGKILL to the host");
        host.kill("SIGKILL");
        await ended;
        for (const end = Date.now() + 5_000; isAlive(pid) && Date.now() < end; ) await after(50, undefined);
        expect(!isAlive(pid), "an end within 5 s after the host was killed", "the plugin goes on");
      } finally {
        host.kill("SIGKILL");
        kill(pid);
        host.stdout?.destroy();
      }
    },
  },
];
