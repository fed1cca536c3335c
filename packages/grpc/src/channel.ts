import type { Duplex } from "node:stream";
import type { Call, CallListener, CallStart } from "./call.js";
import type { ClientInterceptor } from "./interceptor.js";

/** How a channel behaves; everything has a default. */
export interface ChannelOptions {
  /** Middleware around every call of every client, outside of the client's own. @default none (Go: `grpc.WithChainUnaryInterceptor`) */
  readonly interceptors?: readonly ClientInterceptor[];
  /** The `:authority` of every call. @default "localhost" (Go: `grpc.WithAuthority`) */
  readonly authority?: string;
  /** The longest message that is taken, in bytes; a longer one fails its call with RESOURCE_EXHAUSTED. @default 2147483647 (Go: `grpc.MaxCallRecvMsgSize`) */
  readonly maxReceiveMessageBytes?: number;
  /** The longest message that is sent, in bytes. @default 2147483647 (Go: `grpc.MaxCallSendMsgSize`) */
  readonly maxSendMessageBytes?: number;
  /** The longest header list (names, values and 32 bytes for each) that is taken. @default 131072 (Go: `grpc.WithMaxHeaderListSize`) */
  readonly maxHeaderListBytes?: number;
  /** How far the peer may send ahead in one call, in bytes. @default 1048576 (Go: `grpc.WithInitialWindowSize`) */
  readonly windowBytes?: number;
}

/**
 * One HTTP/2 connection to a server over any Duplex (Go: `grpc.ClientConn`). It is dialed at the first call or by
 * `connect()`, and dialed again by the next call after it was lost.
 */
export class Channel {
  readonly interceptors: readonly ClientInterceptor[];

  constructor(dial: () => Duplex | Promise<Duplex>, options: ChannelOptions = {}) {
    void dial;
    this.interceptors = options.interceptors ?? [];
  }

  /** Dials now; ends when the peer has answered with its HTTP/2 settings. @throws StatusError UNAVAILABLE, its cause being the connection's error. */
  connect(): Promise<void> {
    throw new Error("not there yet");
  }

  /** Starts a call, below promises and iterables: serialized messages, plain callbacks. Never throws. */
  startCall(path: string, start: CallStart, listener: CallListener): Call {
    throw new Error(`not there yet ${path} ${start} ${listener}`);
  }

  /** Takes no new calls; ends when the calls in flight have ended and the connection is closed. */
  close(): Promise<void> {
    throw new Error("not there yet");
  }

  /** Drops the connection at once: calls in flight fail with UNAVAILABLE and this cause (Go: `ClientConn.Close`). */
  destroy(error?: Error): void {
    throw new Error("not there yet", { cause: error });
  }
}
