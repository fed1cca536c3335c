import { rmSync } from "node:fs";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Channel, createClient, type ServiceDefinition } from "@go-plugin/grpc";
import { dial, type Security } from "@go-plugin/proto/internal";
import { Session, type Stream } from "@go-plugin/yamux";
import { overwrite, readConnInfo } from "../broker/conn-info.js";
import { type StandIn, standIn } from "../broker/stand-in-listener.js";
import type { Fault, FaultPlan, FaultPoint } from "../fault/fault-plan.js";
import { GrpcTap } from "../http2/grpc-tap.js";
import { NetRpcTap } from "../netrpc/netrpc-tap.js";
import type { PrintedHandshake } from "../process/first-line.js";
import type { Watchdog } from "../process/watchdog.js";
import { reflect } from "../schema/index.js";
import type { KnownSchema } from "../trace/known-schema.js";
import type { Recorder } from "../trace/recorder.js";
import { across, type Side } from "../trace/trace-event.js";
import { acceptFrom, createIdentity, type Identity } from "./identity.js";
import { Relay, type Tap } from "./relay.js";

/** Options of a {@link Switchboard}. */
export interface SwitchboardOptions {
  readonly recorder: Recorder;
  readonly schema: KnownSchema;
  /** Only set when the host has asked for AutoMTLS. */
  readonly identity: Identity | undefined;
  readonly watchdog: Watchdog;
  readonly faults: FaultPlan | undefined;
  kill(): void;
  readonly reflection: boolean;
  readonly maxMessageBytes: number;
  readonly onBytes: ((connection: number, from: Side, bytes: Buffer, opener: Side) => void) | undefined;
  /** The host has asked for brokered connections that share the one connection. */
  readonly multiplex: boolean;
}

const brokerMethod = "/plugin.GRPCBroker/StartStream";
const shutdownMethod = "/plugin.GRPCController/Shutdown";
/** Milliseconds that a plugin's end waits for its answer to reflection. */
const lastQuestionMs = 1_000;
const dialTimeoutMs = 10_000;
const reflectionTimeoutMs = 3_000;
/** Milliseconds that the last bytes of a plugin may take after its end. */
const lastBytesMs = 200;

/** Takes the host's connections, makes the plugin's, and joins them. */
export class Switchboard {
  readonly #listeners: { close(): void }[] = [];
  readonly #open = new Set<Duplex>();
  readonly #relays = new Set<Relay>();
  #security: Readonly<Record<Side, Security>> | undefined;
  #line: PrintedHandshake | undefined;
  #lastConnection = 0;
  #session: Session | undefined;
  /** The plugin has not told yet what it serves. */
  #asking = false;
  /** Ids that were acknowledged to the side, which opens a stream for each of them in this order. */
  readonly #acknowledged: Readonly<Record<Side, number[]>> = { host: [], plugin: [] };
  #onIdle: () => void = () => {};
  readonly #options: SwitchboardOptions;

  constructor(options: SwitchboardOptions) {
    this.#options = options;
  }

  /** Takes the host's connections, in the plugin's place. @returns the line for the host. */
  async open(line: PrintedHandshake): Promise<string> {
    const { identity, faults } = this.#options;
    this.#line = line;
    if (line.network === "unix") this.#options.watchdog.remove(line.address);
    const fields = [...line.fields];
    if (identity && line.serverCertificate !== "") {
      this.#security = identity.secure(line.serverCertificate, line.protocol);
      // The certificate of the line is then not the one that is shown.
      const shown = faults?.atCertificate() ? await createIdentity(identity.pem) : identity;
      if (shown !== identity)
        this.#options.recorder.add({ type: "fault", fault: "wrong-certificate", at: "handshake" });
      fields[5] = shown.base64;
    }
    const place = await standIn(line.network, line.address, (socket) => void this.#onHost(socket));
    this.#add(place);
    fields[3] = place.address;
    // A multiplexing plugin takes its first stream for the main connection, which is the host's.
    if (!line.multiplex) this.#askPlugin();
    return fields.join("|");
  }

  /** Resolves when all that the plugin said has been passed on, or after a moment. */
  async ended(): Promise<void> {
    if (this.#relays.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      setTimeout(resolve, lastBytesMs);
    });
  }

  close(): void {
    for (const listener of this.#listeners) listener.close();
    for (const connection of this.#open) connection.destroy();
    // Hosts remove the file of the address that they know.
    if (this.#line?.network === "unix") rmSync(this.#line.address, { force: true });
  }

  #add(place: StandIn): void {
    this.#listeners.push(place);
    this.#options.watchdog.remove(place.address);
  }

  /** The host has connected. */
  async #onHost(socket: Socket): Promise<void> {
    const line = this.#line!;
    this.#hold(socket);
    let real: Duplex;
    try {
      real = await this.#dial(line.network, line.address);
    } catch {
      socket.destroy();
      return;
    }
    if (line.multiplex) this.#multiplex(socket, real);
    else this.#join("host", socket, real, { purpose: "main" });
  }

  async #dial(network: string, address: string): Promise<Socket> {
    const socket = await dial({ network: network as "unix" | "tcp", address }, AbortSignal.timeout(dialTimeoutMs));
    this.#hold(socket);
    return socket;
  }

  #hold(connection: Duplex): void {
    this.#open.add(connection);
    connection.on("error", () => {}).once("close", () => this.#open.delete(connection));
  }

  /** Ends TLS on both sides, where there is some, and relays. */
  #join(
    opener: Side,
    accepted: Duplex,
    dialed: Duplex,
    about: { purpose: "main" | "broker"; brokerId?: number | undefined },
  ): void {
    const security = this.#security;
    accepted.once(
      "close",
      () => dialed.destroyed || setImmediate(() => security && !dialed.destroyed && dialed.destroy()),
    );
    acceptFrom(security?.[opener], accepted, (from) => {
      const secured = security ? security[across(opener)].client(dialed) : Promise.resolve(dialed);
      secured.then(
        (to) => {
          this.#hold(from);
          this.#hold(to);
          this.#relay(opener, from, to, about);
        },
        (error: Error) => {
          this.#options.recorder.add({ type: "note", note: `the ${across(opener)} was not reached: ${error.message}` });
          from.destroy();
          dialed.destroy();
        },
      );
    });
  }

  #relay(
    opener: Side,
    from: Duplex,
    to: Duplex,
    { purpose, brokerId }: { purpose: "main" | "broker"; brokerId?: number | undefined },
  ): void {
    const { recorder, onBytes } = this.#options;
    const connection = ++this.#lastConnection;
    recorder.add({
      type: "connection",
      connection,
      from: opener,
      purpose,
      ...(brokerId !== undefined && { brokerId }),
    });
    const ends = opener === "host" ? { host: from, plugin: to } : { host: to, plugin: from };
    const relay: Relay = new Relay(
      ends,
      this.#tap(opener, connection, brokerId, () => relay),
      {
        onBytes: (side, chunk) => onBytes?.(connection, side, chunk, opener),
        onTapFailed: (error) => recorder.add({ type: "note", note: `connection ${connection}: ${error.message}` }),
        onEnd: (by, error) => {
          this.#relays.delete(relay);
          recorder.add({ type: "connection-end", connection, by, ...(error && { error: error.message }) });
          if (this.#relays.size === 0) this.#onIdle();
        },
      },
    );
    this.#relays.add(relay);
  }

  #tap(opener: Side, connection: number, brokerId: number | undefined, relay: () => Relay): Tap {
    const { recorder, maxMessageBytes } = this.#options;
    const at = (point: FaultPoint) => this.#fault(point, relay());
    if (this.#line?.protocol === "netrpc") {
      return new NetRpcTap(
        recorder.netRpcEvents(connection, { onCall: (method, from) => at({ at: "call", method, from }) }),
        () => this.#options.faults !== undefined,
      );
    }
    return new GrpcTap(
      opener,
      maxMessageBytes,
      recorder.grpcEvents(connection, brokerId, {
        holds: ({ method }) => method === brokerMethod,
        onCall: ({ method, from }) => {
          at({ at: "call", method, from });
          // After it nobody can be asked any more.
          if (method === shutdownMethod) relay().waitFor(this.#listed());
        },
        onMessage: ({ method }, from, { pieces }) => {
          at({ at: "message", method, from });
          if (method === brokerMethod && pieces) this.#onConnInfo(from, pieces, relay());
        },
        onEnd: ({ method, from }) => at({ at: "end", method, from: across(from) }),
      }),
      {
        listensFirst: () => this.#options.faults !== undefined || this.#asking,
        mayHold: brokerId === undefined,
      },
    );
  }

  #listed(): Promise<unknown> {
    const limit = new Promise((resolve) => setTimeout(resolve, lastQuestionMs).unref());
    return Promise.race([this.#options.schema.listed, limit]);
  }

  #fault(point: FaultPoint, relay: Relay): void {
    const fault: Fault | undefined = this.#options.faults?.atPoint(point);
    if (!fault) return;
    this.#options.recorder.add({
      type: "fault",
      fault: fault.kind,
      at: `${point.at} of ${point.method} by the ${point.from}`,
    });
    if (fault.kind === "delay") relay.waitFor(new Promise((resolve) => setTimeout(resolve, fault.ms)));
    else if (fault.kind === "kill") this.#options.kill();
    else if (fault.kind === "half") relay.halve();
    else relay.cut();
  }

  /** One side tells the other where an id is served: it gets an address of the proxy's. */
  #onConnInfo(from: Side, pieces: readonly Buffer[], relay: Relay): void {
    const { recorder } = this.#options;
    let info: ReturnType<typeof readConnInfo>;
    try {
      info = readConnInfo(Buffer.concat(pieces));
    } catch (error) {
      recorder.add({
        type: "note",
        note: `an offer of the ${from}'s broker cannot be read: ${(error as Error).message}`,
      });
      return;
    }
    const { serviceId: brokerId, network, address, addressAt, knock } = info;
    if (knock) {
      const action = knock.error !== "" ? "refusal" : knock.ack ? "ack" : "knock";
      recorder.add({ type: "broker", from, action, brokerId, ...(knock.error !== "" && { error: knock.error }) });
      if (action === "ack") this.#acknowledged[across(from)].push(brokerId);
      return;
    }
    recorder.add({ type: "broker", from, action: "offer", brokerId, address: `${network} ${address}` });
    const ready = standIn(
      network,
      address,
      (socket) => void this.#onBrokered(across(from), socket, { network, address, brokerId }),
    );
    relay.waitFor(
      ready.then(
        (place) => {
          this.#add(place);
          overwrite(pieces, addressAt, Buffer.from(place.address));
        },
        (error: Error) =>
          recorder.add({ type: "note", note: `broker id ${brokerId} is not recorded: ${error.message}` }),
      ),
    );
  }

  async #onBrokered(
    opener: Side,
    socket: Socket,
    { network, address, brokerId }: { network: string; address: string; brokerId: number },
  ): Promise<void> {
    this.#hold(socket);
    try {
      this.#join(opener, socket, await this.#dial(network, address), { purpose: "broker", brokerId });
    } catch {
      socket.destroy();
    }
  }

  /** Both connections carry streams; each stream of one side becomes one to the other, in the same order. */
  #multiplex(host: Duplex, plugin: Duplex): void {
    const options = { keepAliveIntervalMs: 0, streamOpenTimeoutMs: 0 } as const;
    const sessions = {
      host: new Session(host, { role: "server", ...options }),
      plugin: new Session(plugin, { role: "client", ...options }),
    };
    this.#session = sessions.plugin;
    let streams = 0;
    const receive = async (from: Side): Promise<void> => {
      try {
        for await (const stream of sessions[from]) {
          const main = from === "host" && streams++ === 0;
          const brokerId = main ? undefined : this.#acknowledged[from].shift();
          const other = sessions[across(from)].open();
          this.#hold(stream);
          this.#hold(other);
          if (main) this.#askPlugin();
          this.#join(from, stream, other, main ? { purpose: "main" } : { purpose: "broker", brokerId });
        }
      } catch {
        // The connection was lost, as both sides will see.
      }
      void sessions[across(from)].close();
    };
    void receive("host");
    void receive("plugin");
  }

  #askPlugin(): void {
    const { reflection, schema } = this.#options;
    if (!reflection || this.#line?.protocol !== "grpc") return;
    schema.askWith((names) => this.#reflect(names));
    this.#asking = true;
    void schema.listed?.then(() => {
      this.#asking = false;
    });
  }

  async #reflect(symbols: readonly string[]) {
    const security = this.#security?.plugin;
    const channel = new Channel(async () => {
      const raw: Duplex = this.#session
        ? (this.#session.open() as Stream)
        : await this.#dial(this.#line!.network, this.#line!.address);
      return security ? security.client(raw) : raw;
    });
    try {
      const client = (service: ServiceDefinition) => createClient(channel, service) as never;
      return (await reflect(client as never, { timeoutMs: reflectionTimeoutMs, symbols })).schema;
    } finally {
      channel.destroy();
    }
  }
}
