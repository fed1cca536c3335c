import { once } from "node:events";
import type { Check } from "../run/run-checks.js";
import type { Trace } from "../run/trace.js";
import { type Blocked, expect, NotApplicable } from "../run/verdicts.js";
import { after } from "../wire/grpc-client.js";
import { connectNetRpc, isUnanswered, type RpcEnd } from "./netrpc-session.js";
import { startPlugin } from "./start.js";
import type { PluginSubject } from "./subject.js";

const needs = ["HS-1", "HS-2", "HS-5", "HS-6", "HS-7"];
const served = [...needs, "NR-1", "NR-2"];

export const netrpcChecks: readonly Check<PluginSubject>[] = [
  {
    rule: "NR-1",
    needs,
    async run(subject, trace) {
      await using plugin = await startNetRpc(subject, trace);
      const host = await connectNetRpc(plugin);
      const end = await host.call("Control.Ping", subject.timeoutMs);
      expect(!("broken" in end), "an answer on the first of three streams", describe(end));
    },
  },
  {
    rule: "NR-2",
    needs: [...needs, "NR-1"],
    async run(subject, trace) {
      await using plugin = await startNetRpc(subject, trace);
      const end = await (await connectNetRpc(plugin)).call("Control.Ping", subject.timeoutMs);
      expect("reply" in end, "a reply to Control.Ping", describe(end));
    },
  },
  {
    rule: "NR-3",
    needs: served,
    async run(subject, trace) {
      await using plugin = await startNetRpc(subject, trace);
      const end = await (await connectNetRpc(plugin)).call("Control.Quit", subject.timeoutMs);
      // Go's may be gone before the answer is out.
      const closed = "broken" in end && !isUnanswered(end);
      expect("reply" in end || closed, "a reply to Control.Quit", describe(end));
      expect((await plugin.exitWithin(2_500)) !== undefined, "an exit within 2 s", "it goes on");
    },
  },
  {
    rule: "NR-4",
    needs: served,
    async run(subject, trace) {
      await using plugin = await startNetRpc(subject, trace);
      const host = await connectNetRpc(plugin);
      const end = await host.dispense("conformance-no-such-plugin", subject.timeoutMs);
      expect("answered" in end, "an error for a name that it does not have", describe(end));
      const ping = await host.call("Control.Ping", subject.timeoutMs);
      expect("reply" in ping, "a control stream that goes on", describe(ping));
    },
  },
  {
    rule: "NR-5",
    needs: served,
    async run(subject, trace) {
      await using plugin = await startNetRpc(subject, trace);
      const host = await connectNetRpc(plugin);
      const end = await host.call("Conformance.Method", subject.timeoutMs);
      expect("answered" in end, "an error for a service that it does not have", describe(end));
      const ping = await host.call("Control.Ping", subject.timeoutMs);
      expect("reply" in ping, "a stream that goes on", describe(ping));
    },
  },
  {
    rule: "NR-6",
    needs: served,
    async run(subject, trace) {
      if (!subject.dispense) throw new NotApplicable("--dispense names no plugin");
      await using plugin = await startNetRpc(subject, trace);
      const host = await connectNetRpc(plugin);
      const end = await host.dispense(subject.dispense, subject.timeoutMs);
      expect("reply" in end, `an id for ${subject.dispense}`, describe(end));
      const id = Buffer.alloc(4);
      id.writeUInt32LE(Number(end.reply));
      const stream = host.session.open();
      stream.write(id);
      const echoed = await Promise.race([
        once(stream, "readable").then(() => stream.read(4)),
        after(subject.timeoutMs, null),
      ]);
      const text = `there came ${echoed ? (echoed as Buffer).toString("hex") : "nothing"}`;
      expect(id.equals(echoed ?? Buffer.alloc(0)), `the id's bytes, ${id.toString("hex")}, back`, text);
    },
  },
];

async function startNetRpc(subject: PluginSubject, trace: Trace) {
  const plugin = startPlugin(subject, trace);
  const reason = await plugin.handshake().then(
    ({ protocol }) => (protocol === "netrpc" ? undefined : new NotApplicable("the plugin speaks gRPC")),
    (error: Blocked) => error,
  );
  if (!reason) return plugin;
  await plugin[Symbol.asyncDispose]();
  throw reason;
}

function describe(end: RpcEnd): string {
  if ("reply" in end) return `the reply was ${JSON.stringify(end.reply)}`;
  return "answered" in end ? `the answer was ${JSON.stringify(end.answered)}` : end.broken;
}
