import type { Duplex } from "node:stream";
import { type Http2Settings, http2Settings } from "../http2/settings.js";
import type { Call, CallListener, CallStart } from "../service/call.js";
import { reconnect } from "../service/diagnostics.js";
import type { ClientInterceptor } from "../service/interceptor.js";
import { Status, StatusError } from "../status/status.js";
import { type CallSettings, ClientCall, unavailable } from "./client-call.js";
import { Subchannel } from "./subchannel.js";

/** Options of a channel. */
export interface ChannelOptions {
  /**
   * Middleware around every call of every client, outside of the client's own. Go: grpc.WithChainUnaryInterceptor.
   * @default none
   */
  readonly interceptors?: readonly ClientInterceptor[];
  /** The `:authority` of every call. Go: grpc.WithAuthority. @default "localhost" */
  readonly authority?: string;
  /**
   * The longest message that the channel accepts, in bytes; a longer one fails its call with RESOURCE_EXHAUSTED.
   * Go: grpc.MaxCallRecvMsgSize.
   * @default 2147483647
   */
  readonly maxReceiveMessageBytes?: number;
  /** The longest message that the channel sends, in bytes. Go: grpc.MaxCallSendMsgSize. @default 2147483647 */
  readonly maxSendMessageBytes?: number;
  /**
   * The longest header list that the channel accepts, in bytes: names, values and 32 bytes for each.
   * Go: grpc.WithMaxHeaderListSize.
   * @default 16777216
   */
  readonly maxHeaderListBytes?: number;
  /** The number of bytes that the peer may send ahead in one call. Go: grpc.WithInitialWindowSize. @default 1048576 */
  readonly windowBytes?: number;
}

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "active"; readonly subchannel: Subchannel }
  /** `error` is the error of later calls. */
  | { readonly kind: "closed"; readonly error: StatusError };

const idle: State = { kind: "idle" };
const defaultMaxMessageBytes = 2 ** 31 - 1;
const defaultMaxHeaderListBytes = 16 * 1024 * 1024;

/**
 * One HTTP/2 connection to a server over any Duplex. Go: grpc.ClientConn. It is dialed at the first call or by
 * `connect()`, and dialed again by the next call after it was lost. `dial` gives a Duplex that may still be connecting;
 * the channel owns it from then on.
 */
export class Channel {
  readonly interceptors: readonly ClientInterceptor[];
  #state: State = idle;
  #dialed = false;
  /** The connection for new calls, and earlier ones whose calls have not ended yet. */
  readonly #subchannels = new Set<Subchannel>();
  readonly #calls: CallSettings;
  readonly #http2: Http2Settings;
  #onAllClosed: (() => void)[] = [];

  readonly #dial: () => Duplex | Promise<Duplex>;

  constructor(dial: () => Duplex | Promise<Duplex>, options: ChannelOptions = {}) {
    this.#dial = dial;
    this.interceptors = options.interceptors ?? [];
    this.#http2 = http2Settings({ maxHeaderListBytes: defaultMaxHeaderListBytes, ...options });
    this.#calls = {
      authority: options.authority ?? "localhost",
      maxReceiveMessageBytes: options.maxReceiveMessageBytes ?? defaultMaxMessageBytes,
      maxSendMessageBytes: options.maxSendMessageBytes ?? defaultMaxMessageBytes,
      reopen: (call) => this.#reopen(call),
    };
  }

  /**
   * Dials now. Resolves when the peer has sent its HTTP/2 settings.
   * @throws {StatusError} UNAVAILABLE, its cause being the connection's error; CANCELLED if the channel is closed.
   */
  connect(): Promise<void> {
    if (this.#state.kind === "closed") return Promise.reject(this.#state.error);
    return this.#activeSubchannel().whenReady();
  }

  /** Starts a low-level call: serialized messages, plain callbacks. Never throws. */
  startCall(path: string, start: CallStart, listener: CallListener): Call {
    const expired = start.deadline !== undefined && start.deadline <= Date.now();
    const call = new ClientCall(path, start, listener, this.#calls);
    // A call whose deadline has passed never reaches the wire.
    if (expired) return call;
    if (this.#state.kind === "closed") {
      const { error } = this.#state;
      process.nextTick(() => call.cancel(error.code, error.details, error.cause));
    } else {
      this.#activeSubchannel().open(call);
    }
    return call;
  }

  /** Accepts no new calls. Resolves when the calls in flight have ended and the connection is closed. */
  close(): Promise<void> {
    this.#state = closed();
    for (const subchannel of this.#subchannels) subchannel.close();
    return this.#subchannels.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#onAllClosed.push(resolve));
  }

  /**
   * Drops the connection at once. Calls in flight and later calls fail with UNAVAILABLE and this cause; without a
   * cause, later calls fail with CANCELLED. Go: ClientConn.Close.
   */
  destroy(cause?: Error): void {
    this.#state = closed(cause);
    const error = cause ?? new Error("the channel was destroyed");
    for (const subchannel of this.#subchannels) subchannel.destroy(error);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #activeSubchannel(): Subchannel {
    if (this.#state.kind === "active" && this.#state.subchannel.usable) return this.#state.subchannel;
    if (this.#dialed && reconnect.hasSubscribers) reconnect.publish({ channel: this });
    this.#dialed = true;
    const subchannel = new Subchannel(this.#http2, {
      onDraining: () => this.#release(subchannel),
      onClose: () => this.#remove(subchannel),
    });
    this.#state = { kind: "active", subchannel };
    this.#subchannels.add(subchannel);
    subchannel.dial(this.#dial);
    return subchannel;
  }

  #reopen(call: ClientCall): boolean {
    if (this.#state.kind === "closed") return false;
    this.#activeSubchannel().open(call);
    return true;
  }

  /** The next call dials again. */
  #release(subchannel: Subchannel): void {
    if (this.#state.kind === "active" && this.#state.subchannel === subchannel) this.#state = idle;
  }

  #remove(subchannel: Subchannel): void {
    this.#release(subchannel);
    this.#subchannels.delete(subchannel);
    if (this.#subchannels.size > 0 || this.#state.kind !== "closed") return;
    for (const resolve of this.#onAllClosed.splice(0)) resolve();
  }
}

function closed(cause?: Error): State {
  const error = cause ? unavailable(cause) : new StatusError(Status.CANCELLED, "the channel is closed");
  return { kind: "closed", error };
}
