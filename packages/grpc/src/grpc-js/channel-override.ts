import { type ChannelInterface, connectivityState, type Deadline } from "@grpc/grpc-js";
import type { Channel } from "../client/channel.js";
import { ChannelCall } from "./channel-call.js";

/**
 * A channel for grpc-js's clients, so that generated client classes run over a channel of ours:
 * `new GreeterClient("unused", credentials.createInsecure(), { channelOverride: channelOverride(channel) })`.
 * Closing such a client leaves the channel itself open. Interceptors, metadata, deadlines and cancellation are those of
 * grpc-js; a channel's own interceptors do not apply. Call credentials are refused.
 *
 * @example
 * ```ts
 * const options = { channelOverride: channelOverride(channel) };
 * const client = new GreeterClient("unused", credentials.createInsecure(), options);
 * ```
 */
export function channelOverride(channel: Channel): ChannelInterface {
  return new ChannelOverride(channel);
}

const retryMs = 100;

class ChannelOverride implements ChannelInterface {
  readonly #channel: Channel;
  readonly #watchers = new Set<() => void>();
  #state = connectivityState.IDLE;
  #retry: NodeJS.Timeout | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  createCall(path: string, deadline: Deadline): ReturnType<ChannelInterface["createCall"]> {
    this.#throwIfClosed();
    const at = Number(deadline);
    return new ChannelCall(this.#channel, path, Number.isFinite(at) ? at : undefined);
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#setState(connectivityState.SHUTDOWN);
  }

  getTarget(): string {
    return "unknown";
  }

  /** READY, because the channel did connect, and reconnects by itself. */
  getConnectivityState(tryToConnect: boolean): connectivityState {
    if (tryToConnect && this.#state === connectivityState.IDLE) this.#connect();
    if (tryToConnect && this.#state === connectivityState.TRANSIENT_FAILURE) {
      this.#retry ??= setTimeout(() => this.#connect(), retryMs).unref();
    }
    return this.#state;
  }

  watchConnectivityState(current: connectivityState, deadline: Date | number, callback: (error?: Error) => void): void {
    this.#throwIfClosed();
    if (this.#state !== current) {
      process.nextTick(callback);
      return;
    }
    const end = (error?: Error) => {
      clearTimeout(timer);
      this.#watchers.delete(end);
      callback(error);
    };
    const leftMs = Math.min(Math.max(Number(deadline) - Date.now(), 0), 2 ** 31 - 1);
    const timer = setTimeout(() => end(new Error("Deadline passed without connectivity state change")), leftMs);
    this.#watchers.add(end);
  }

  getChannelzRef(): ReturnType<ChannelInterface["getChannelzRef"]> {
    return { kind: "channel" as ReturnType<ChannelInterface["getChannelzRef"]>["kind"], id: 0, name: "unknown" };
  }

  #connect(): void {
    this.#retry = undefined;
    this.#setState(connectivityState.CONNECTING);
    this.#channel.connect().then(
      () => this.#setState(connectivityState.READY),
      () => this.#setState(connectivityState.TRANSIENT_FAILURE),
    );
  }

  #setState(state: connectivityState): void {
    if (this.#state === connectivityState.SHUTDOWN) return;
    this.#state = state;
    for (const watcher of [...this.#watchers]) watcher();
  }

  #throwIfClosed(): void {
    if (this.#state === connectivityState.SHUTDOWN) throw new Error("this client is closed");
  }
}
