import type { Check } from "../run/run-checks.js";
import { Blocked, expect, NotApplicable } from "../run/verdicts.js";
import { after, describeEnd, type GrpcClient } from "../wire/grpc-client.js";
import { decodeMessage, encodeMessage, numberOf } from "../wire/message.js";
import { methods, Status } from "../wire/methods.js";
import { grpcOf, startGrpc } from "./sessions.js";
import type { PluginSubject } from "./subject.js";

const needs = ["HS-1", "HS-2", "HS-5", "HS-6", "HS-7"];

/** Milliseconds for which a stream that has to stay open is watched. */
export const openForMs = 500;

export const grpcChecks: readonly Check<PluginSubject>[] = [
  {
    rule: "GRPC-2",
    needs,
    async run(subject, trace) {
      await using plugin = await startGrpc(subject, trace);
      const answer = await checkHealth(await grpcOf(plugin), "plugin", subject);
      expect(answer.status === Status.ok, 'an answer to Check("plugin")', describeEnd(answer));
      const serving = answer.message ? numberOf(decodeMessage(answer.message), 1) : 0;
      expect(serving === 1, "SERVING (1)", `the plugin says ${serving}`);
    },
  },
  {
    rule: "GRPC-3",
    needs,
    async run(subject, trace) {
      await using plugin = await startGrpc(subject, trace);
      const answer = await checkHealth(await grpcOf(plugin), "conformance.no.such.service", subject);
      if (answer.status === Status.unimplemented) throw new Blocked("GRPC-2");
      expect(
        answer.status === Status.notFound,
        "NOT_FOUND (5) for a service that it does not know",
        describeEnd(answer),
      );
    },
  },
  {
    rule: "GRPC-4",
    needs,
    async run(subject, trace) {
      await using plugin = await startGrpc(subject, trace);
      for (const authority of ["unused", "localhost"]) {
        const answer = await checkHealth(await grpcOf(plugin, authority), "plugin", subject);
        expect(answer.status !== undefined, `an answer to a call with :authority ${authority}`, describeEnd(answer));
      }
    },
  },
  {
    rule: "GRPC-6",
    needs,
    async run(subject, trace) {
      await using plugin = await startGrpc(subject, trace);
      const answer = await (await grpcOf(plugin)).call(
        "/conformance.NoSuch/Method",
        encodeMessage(),
        subject.timeoutMs,
      );
      expect(answer.status === Status.unimplemented, "UNIMPLEMENTED (12)", describeEnd(answer));
    },
  },
  {
    rule: "GRPC-7",
    needs,
    async run(subject, trace) {
      await using plugin = await startGrpc(subject, trace);
      const answer = await (await grpcOf(plugin)).call(methods.shutdown, encodeMessage(), subject.timeoutMs);
      expect(answer.status !== Status.unimplemented, "Shutdown to be served", describeEnd(answer));
    },
  },
  {
    rule: "GRPC-8",
    needs,
    async run(subject, trace) {
      await using plugin = await startGrpc(subject, trace);
      const stream = (await grpcOf(plugin)).open(methods.stdio);
      stream.send(encodeMessage());
      stream.endSending();
      const end = await stream.ended(openForMs);
      expect(stream.end === undefined, "a StreamStdio that stays open", describeEnd(end));
    },
  },
  {
    rule: "GRPC-9",
    needs,
    async run(subject, trace) {
      await using plugin = await startGrpc(subject, trace);
      const stream = (await grpcOf(plugin)).open(methods.broker);
      const end = await stream.ended(openForMs);
      expect(stream.end === undefined, "a StartStream that stays open", describeEnd(end));
    },
  },
  {
    rule: "GRPC-14",
    needs,
    async run(subject, trace) {
      await using plugin = await startGrpc(subject, trace);
      const first = await grpcOf(plugin);
      const clients = [first, ...(await Promise.all([grpcOf(plugin), grpcOf(plugin)]))];
      for (const [index, client] of clients.entries()) {
        const answer = await checkHealth(client, "plugin", subject);
        const nth = `an answer on connection ${index + 1} of three at once`;
        expect(answer.status !== undefined, nth, describeEnd(answer));
      }
      for (const client of clients) client.close();
      const answer = await checkHealth(await grpcOf(plugin), "plugin", subject);
      expect(answer.status !== undefined, "an answer on a connection after these", describeEnd(answer));
    },
  },
  {
    rule: "GRPC-15",
    needs,
    async run(subject, trace) {
      if (!subject.echo) throw new NotApplicable("--echo names no method of the application");
      await using plugin = await startGrpc(subject, trace);
      const message = encodeMessage([1, "conformance"]);
      const answer = await (await grpcOf(plugin)).call(subject.echo, message, subject.timeoutMs);
      expect(answer.status === Status.ok, `an answer of ${subject.echo}`, describeEnd(answer));
      const same = answer.message?.equals(message) ?? false;
      const text = `there came ${answer.message?.toString("hex") ?? "none"}`;
      expect(same, `the same message, ${message.toString("hex")}`, text);
    },
  },
  {
    rule: "BRK-10",
    needs: [...needs, "GRPC-9"],
    async run(subject, trace) {
      await using plugin = await startGrpc(subject, trace);
      const client = await grpcOf(plugin);
      const stream = client.open(methods.broker);
      stream.send(encodeMessage([1, 4242], [2, "unix"], [3, "/nonexistent/conformance"]));
      await after(openForMs, undefined);
      const end = stream.end;
      expect(end === undefined, "a StartStream that bears an id that nobody wants", end ? describeEnd(end) : "");
      const answer = await checkHealth(client, "plugin", subject);
      expect(answer.status !== undefined, "a plugin that goes on", describeEnd(answer));
    },
  },
];

export const checkHealth = (client: GrpcClient, service: string, { timeoutMs }: PluginSubject) =>
  client.call(methods.health, encodeMessage([1, service]), timeoutMs);
