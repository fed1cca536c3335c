import { createServer, type ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { Deframer, frame } from "../wire/framing.js";
import { bytesOf, decodeMessage, encodeMessage, numberOf, textOf } from "../wire/message.js";
import { methods, Status } from "../wire/methods.js";
import type { Observation, PluginPlan } from "./plan.js";

const refusedStream = 7;

/** gRPC as the plan says, on any connection. */
export function serveGrpc(
  plan: PluginPlan,
  observe: (observation: Observation) => void,
  end: (code?: number) => void,
): (connection: Duplex) => void {
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {}).on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream, headers) => {
    const [path, authority] = [String(headers[":path"]), String(headers[":authority"])];
    stream.on("error", () => {});
    if (authority === plan.grpc?.refusesAuthority) return stream.close(refusedStream);
    observe({ saw: "call", path, authority });
    new Call(stream, path, plan, observe).answer(() => {
      if (plan.end === "drop") for (const session of sessions) session.destroy();
      if (plan.end !== "stay" && plan.end !== "never answer") setTimeout(end, plan.end === "drop" ? 0 : 30);
    });
  });
  return (connection) => {
    connection.on("error", () => {});
    server.emit("connection", connection);
  };
}

class Call {
  readonly #stream: ServerHttp2Stream;
  readonly #path: string;
  readonly #plan: PluginPlan;

  constructor(stream: ServerHttp2Stream, path: string, plan: PluginPlan, observe: (observation: Observation) => void) {
    this.#stream = stream;
    this.#path = path;
    this.#plan = plan;
    stream.once("end", () => !stream.aborted && observe({ saw: "half-close", path }));
  }

  answer(shutDown: () => void): void {
    const { grpc = {}, end } = this.#plan;
    if (this.#path === methods.broker) this.#broker();
    else if (this.#path === methods.stdio) this.#hold(grpc.stdio);
    else if (this.#path === methods.shutdown && end !== "unimplemented") this.#read(() => this.#shutDown(shutDown));
    else if (this.#path === methods.health) this.#read((message) => this.#health(message));
    else if (this.#path === grpc.echo) this.#read((message) => this.#finish(Status.ok, message));
    else this.#read(() => this.#finish(grpc.unknownMethod ?? Status.unimplemented));
  }

  #health(request: Buffer): void {
    const { health = 1, unknownHealth = Status.notFound } = this.#plan.grpc ?? {};
    const service = textOf(decodeMessage(request), 1);
    if (service !== "plugin" && service !== "") this.#finish(unknownHealth);
    else this.#finish(Status.ok, encodeMessage([1, health]));
  }

  #shutDown(then: () => void): void {
    if (this.#plan.end === "never answer") return;
    if (this.#plan.end !== "drop") this.#finish(Status.ok, encodeMessage());
    then();
  }

  #broker(): void {
    const { broker } = this.#plan.grpc ?? {};
    this.#hold(broker === "ends at an id" ? "open" : broker, (message) => {
      const info = decodeMessage(message);
      const knock = decodeMessage(bytesOf(info, 4));
      if (broker === "ends at an id") this.#finish(Status.unknown);
      if (!this.#plan.multiplex?.grantsEveryKnock || numberOf(knock, 1) !== 1) return;
      this.#headers();
      const granted = encodeMessage([1, true], [2, true]);
      this.#stream.write(frame(encodeMessage([1, numberOf(info, 1)], [4, granted])));
    });
  }

  /** A stream that stays open, or does not. */
  #hold(how: "open" | "ends" | "unimplemented" = "open", onMessage: (message: Buffer) => void = () => {}): void {
    if (how === "open" && !this.#plan.grpc?.lateHeaders) this.#headers();
    this.#read(how === "open" ? onMessage : () => {});
    if (how !== "open") this.#finish(how === "ends" ? Status.ok : Status.unimplemented);
  }

  #headers(): void {
    if (!this.#stream.headersSent) {
      this.#stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    }
  }

  #finish(status: number, message?: Buffer): void {
    if (this.#stream.closed || this.#stream.destroyed) return;
    if (!message && !this.#stream.headersSent) {
      const trailersOnly = { ":status": 200, "content-type": "application/grpc", "grpc-status": String(status) };
      this.#stream.respond(trailersOnly, { endStream: true });
      return;
    }
    this.#headers();
    this.#stream.once("wantTrailers", () => this.#stream.sendTrailers({ "grpc-status": String(status) }));
    this.#stream.end(message && frame(message));
  }

  #read(onMessage: (message: Buffer) => void): void {
    const deframer = new Deframer();
    this.#stream.on("data", (chunk: Buffer) => {
      for (const message of deframer.push(chunk)) onMessage(Buffer.from(message));
    });
  }
}
