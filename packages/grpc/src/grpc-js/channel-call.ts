import { Metadata as GrpcJsMetadata, type InterceptingListener, type StatusObject } from "@grpc/grpc-js";
import type { Channel } from "../client/channel.js";
import type { Call, CallStatus } from "../service/call.js";
import { Status } from "../status/status.js";
import { fromGrpcJsMetadata, toGrpcJsMetadata } from "./metadata.js";

let lastCallNumber = 0;

/** A call of ours as grpc-js's clients drive it: one message is delivered for each `startRead`. */
export class ChannelCall {
  readonly #channel: Channel;
  readonly #path: string;
  readonly #deadline: number | undefined;
  readonly #number = ++lastCallNumber;
  #call: Call | undefined;
  #listener: InterceptingListener | undefined;
  #reads = 0;
  /** Messages that nobody has requested yet; the call is paused while there are any. */
  readonly #unread: Buffer[] = [];
  #status: StatusObject | undefined;
  #written: (() => void) | undefined;
  #refusal: string | undefined;

  constructor(channel: Channel, path: string, deadline: number | undefined) {
    this.#channel = channel;
    this.#path = path;
    this.#deadline = deadline;
  }

  start(metadata: GrpcJsMetadata, listener: InterceptingListener): void {
    this.#listener = listener;
    if (this.#refusal !== undefined) {
      const status = { code: Status.UNAUTHENTICATED, details: this.#refusal, metadata: new GrpcJsMetadata() };
      process.nextTick(() => this.#end(status));
      return;
    }
    this.#call = this.#channel.startCall(
      this.#path,
      { metadata: fromGrpcJsMetadata(metadata), deadline: this.#deadline },
      {
        onHeaders: (headers) => listener.onReceiveMetadata(toGrpcJsMetadata(headers)),
        onMessage: (message) => this.#receive(message),
        onDrain: () => this.#finishWrite(),
        onStatus: (status) => this.#receiveStatus(status),
      },
    );
  }

  startRead(): void {
    const message = this.#unread.shift();
    if (message === undefined) {
      this.#reads++;
      return;
    }
    this.#listener?.onReceiveMessage(message);
    if (this.#unread.length > 0) return;
    if (this.#status === undefined) this.#call?.resume();
    else this.#end(this.#status);
  }

  sendMessageWithContext(context: { callback?: (error?: Error | null) => void }, message: Buffer): void {
    const sent = this.#call?.sendMessage(message) ?? true;
    if (sent || this.#status !== undefined) context.callback?.();
    else this.#written = context.callback;
  }

  halfClose(): void {
    this.#call?.halfClose();
  }

  cancelWithStatus(status: Status, details: string): void {
    this.#call?.cancel(status, details);
  }

  setCredentials(): void {
    this.#refusal = "call credentials do not go over this channel; put what they generate into the call's metadata";
  }

  getPeer(): string {
    return "unknown";
  }

  getCallNumber(): number {
    return this.#number;
  }

  getAuthContext(): null {
    return null;
  }

  #receive(message: Buffer): void {
    if (this.#reads > 0) {
      this.#reads--;
      this.#listener?.onReceiveMessage(message);
      return;
    }
    this.#unread.push(message);
    this.#call?.pause();
  }

  #receiveStatus({ code, details, metadata }: CallStatus): void {
    const status = { code, details, metadata: toGrpcJsMetadata(metadata) };
    this.#status = status;
    this.#finishWrite();
    // When the caller ends the call itself, it does not wait for messages that it will not read.
    const own = code === Status.CANCELLED || code === Status.DEADLINE_EXCEEDED;
    // On a later tick: this may run within one of the caller's own calls, before it can listen.
    if (own || this.#unread.length === 0) process.nextTick(() => this.#end(status));
  }

  #end(status: StatusObject): void {
    this.#unread.length = 0;
    this.#status = status;
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.onReceiveStatus(status);
  }

  #finishWrite(): void {
    const written = this.#written;
    this.#written = undefined;
    written?.();
  }
}
