import { Socket } from "node:net";
import { Duplex } from "node:stream";

// A peer that does not read at all must not make us keep all that it asks for.
const maxUnsentBytes = 4 * 1024 * 1024;

/**
 * What node:http2 is given for a connection. node:http2 does not read while a write is on its way. Two of them stand still for ever if each has more to write than
 * the connection takes at once. On Linux the buffer of a socket has room for all that the connection's window lets a
 * peer send; for anything else this takes the writes and keeps them, so that reading never stops.
 */
export function readWhileWriting(duplex: Duplex, platform: string = process.platform): Duplex {
  return isLinuxSocket(duplex, platform) ? duplex : new EagerDuplex(duplex);
}

/**
 * What the peer may have on its way to us, on all streams together; it is given back as soon as it is read from the
 * connection, whoever reads the streams. It has to fit into the buffer of a Linux socket (208 KiB). An eager Duplex has
 * no such limit, and needs the room: after each credit that is written node:http2 stops reading for a turn or two.
 */
export function connectionWindowBytes(duplex: Duplex, platform: string = process.platform): number {
  return isLinuxSocket(duplex, platform) ? 128 * 1024 : 1024 * 1024;
}

function isLinuxSocket(duplex: Duplex, platform: string): boolean {
  return duplex instanceof Socket && platform === "linux";
}

class EagerDuplex extends Duplex {
  constructor(private readonly inner: Duplex) {
    super();
    inner.on("data", (chunk) => {
      if (!this.push(chunk)) inner.pause();
    });
    inner.on("end", () => this.destroyWhenRead());
    inner.on("error", (error) => this.destroy(error));
    inner.on("close", () => this.destroy());
  }

  override _read(): void {
    this.inner.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.inner.write(chunk);
    this.goOn(done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.inner.cork();
    for (const { chunk } of chunks) this.inner.write(chunk);
    this.inner.uncork();
    this.goOn(done);
  }

  override _final(done: () => void): void {
    this.inner.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.inner.destroy();
    done(error);
  }

  /** Not an end: node:http2 answers one by its own, and then fails an assertion of Node if it has anything to write. */
  private destroyWhenRead(): void {
    // Later: node:http2 has still to tell what it was given last.
    const check = () => {
      if (this.readableLength === 0) setImmediate(() => this.destroy());
    };
    this.on("data", check);
    check();
  }

  private goOn(done: () => void): void {
    if (this.inner.writableLength < maxUnsentBytes) done();
    else this.inner.once("drain", done);
  }
}
