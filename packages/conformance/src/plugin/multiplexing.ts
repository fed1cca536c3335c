import type { Check } from "../run/run-checks.js";
import { Blocked, expect, Failure } from "../run/verdicts.js";
import { describeEnd, GrpcClient } from "../wire/grpc-client.js";
import { bytesOf, decodeMessage, encodeMessage, numberOf, textOf } from "../wire/message.js";
import { methods } from "../wire/methods.js";
import { checkHealth } from "./grpc.js";
import { identities, secure, startMultiplexed } from "./sessions.js";
import type { PluginSubject } from "./subject.js";

const needs = ["HS-1", "HS-2", "HS-5", "HS-6", "HS-7", "HS-11"];

export const multiplexingChecks: readonly Check<PluginSubject>[] = [
  {
    rule: "MUX-1",
    needs,
    async run(subject, trace) {
      const { plugin, session } = await startMultiplexed(subject, trace);
      await using _ = plugin;
      const answer = await checkHealth(new GrpcClient(session.open(), trace), "plugin", subject);
      expect(answer.status !== undefined, "an answer on the first stream of a yamux session", describeEnd(answer));
    },
  },
  {
    rule: "MUX-4",
    needs: [...needs, "MUX-1"],
    async run(subject, trace) {
      const { plugin, session } = await startMultiplexed(subject, trace);
      await using _ = plugin;
      for (const nth of ["first", "second"]) {
        const answer = await checkHealth(new GrpcClient(session.open(), trace), "plugin", subject);
        expect(answer.status !== undefined, `an answer of the main server on the ${nth} stream`, describeEnd(answer));
      }
    },
  },
  {
    rule: "MUX-8",
    needs: [...needs, "MUX-1"],
    async run(subject, trace) {
      const { plugin, session } = await startMultiplexed(subject, trace);
      await using _ = plugin;
      const stream = new GrpcClient(session.open(), trace).open(methods.broker);
      stream.send(encodeMessage([1, 4242], [4, encodeMessage([1, true])]));
      const granted = await stream.find((message) => {
        const knock = decodeMessage(bytesOf(decodeMessage(message), 4));
        return numberOf(knock, 2) === 1 && textOf(knock, 3) === "";
      }, 700);
      if (granted)
        throw new Failure("no success for id 4242, which nobody serves", `there came ${granted.toString("hex")}`);
    },
  },
  {
    rule: "MUX-9",
    needs: [...needs, "MUX-1", "TLS-1"],
    async run(subject, trace) {
      const identity = await identities().ordinary;
      const { plugin, session } = await startMultiplexed(subject, trace, identity);
      await using _ = plugin;
      if ((await plugin.handshake()).certificate === "") throw new Blocked("TLS-1");
      const socket = await secure(session.open(), identity, trace);
      if (socket instanceof Error) throw new Failure("a TLS handshake inside the stream", socket.message);
      const answer = await checkHealth(new GrpcClient(socket, trace), "plugin", subject);
      expect(answer.status !== undefined, "an answer by TLS inside the stream", describeEnd(answer));
    },
  },
];
