import type { Socket } from "node:net";
import { Decoder, encodeHeader, Flag, type FrameHeader, FrameType } from "../index.js";
import { Session } from "../session.js";
import type { SessionOptions } from "../session-options.js";
import { socketPair } from "./socket-pair.js";

/** A frame on the wire as text: `"window 3 SYN +0"`, `"data 3 hello"`, `"ping ACK 7"`, `"goAway 1"`. */
export type FrameText = string;

/** The handwritten other end of a session: frames go out as given and come in as text. */
export class RawPeer {
  readonly socket: Socket;
  readonly #frames: FrameText[] = [];
  #arrived: (() => void) | undefined;
  #ended = false;

  constructor(socket: Socket) {
    this.socket = socket;
    let header: FrameHeader | undefined;
    let payload = Buffer.alloc(0);
    const decoder = new Decoder({
      header: (type, flags, streamId, length) => {
        header = { type, flags, streamId, length };
        payload = Buffer.alloc(0);
        if (type !== FrameType.data || length === 0) this.#add(frameText(header, payload));
      },
      payload: (bytes, last) => {
        payload = Buffer.concat([payload, bytes]);
        if (last && header) this.#add(frameText(header, payload));
      },
    });
    socket.on("data", (chunk: Buffer) => decoder.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => this.#end());
    socket.on("end", () => {
      socket.end();
      this.#end();
    });
  }

  /** Sends one frame. */
  send(type: FrameType, flags: number, streamId: number, length: number, payload?: Uint8Array): void {
    this.socket.write(encodeHeader({ type, flags, streamId, length }));
    if (payload) this.socket.write(payload);
  }

  data(streamId: number, payload: Uint8Array | string, flags = 0): void {
    const bytes = Buffer.from(payload as string);
    this.send(FrameType.data, flags, streamId, bytes.length, bytes);
  }

  window(streamId: number, flags: number, delta = 0): void {
    this.send(FrameType.windowUpdate, flags, streamId, delta);
  }

  /** The next frame from the session, or `"end"` when the connection is over. */
  async next(): Promise<FrameText> {
    while (this.#frames.length === 0 && !this.#ended) await this.#arrival();
    return this.#frames.shift() ?? "end";
  }

  /** All frames until the session has answered a ping sent now, so everything it had to say. */
  async quiesce(): Promise<FrameText[]> {
    this.send(FrameType.ping, Flag.syn, 0, 0xfeed);
    const seen: FrameText[] = [];
    for (;;) {
      const frame = await this.next();
      if (frame === "ping ACK 65261") return seen;
      seen.push(frame);
      if (frame === "end") return seen;
    }
  }

  #add(frame: FrameText): void {
    this.#frames.push(frame);
    this.#arrived?.();
  }

  #end(): void {
    this.#ended = true;
    this.#arrived?.();
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }
}

/** A session and, at the other end of a real socket, a handwritten peer. */
export async function sessionWithRawPeer(options: SessionOptions): Promise<{ session: Session; peer: RawPeer }> {
  const [near, far] = await socketPair();
  return { session: new Session(near, { keepAliveIntervalMs: 0, ...options }), peer: new RawPeer(far) };
}

function frameText({ type, flags, streamId, length }: FrameHeader, payload: Buffer): FrameText {
  const names = Object.entries(Flag)
    .filter(([, bit]) => flags & bit)
    .map(([name]) => ` ${name.toUpperCase()}`)
    .join("");
  if (type === FrameType.ping) return `ping${names} ${length}`;
  if (type === FrameType.goAway) return `goAway ${length}`;
  if (type === FrameType.windowUpdate) return `window ${streamId}${names} +${length}`;
  return `data ${streamId}${names} ${payload.length > 64 ? `(${payload.length} bytes)` : payload.toString("latin1")}`;
}
