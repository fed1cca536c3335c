import type { Http2Session } from "node:http2";
import type { Duplex } from "node:stream";

/** How a connection of node:http2 ends. It is our Duplex that ends; the session follows. */

/** Whether one side has ended already. A session that writes after that fails an assertion of node:http2. */
export function isEnding(duplex: Duplex): boolean {
  return duplex.readableEnded || duplex.writableEnded || duplex.destroyed;
}

/**
 * Ends a connection whose last stream has ended. node:http2 would do so as well, but not always: when a GOAWAY was sent
 * and no stream is open, it stops reading, and may not see what it waits for.
 */
export function endLater(duplex: Duplex): void {
  // node:http2 may tell of a stream's end before it has written its last frames.
  setImmediate(() => {
    if (!isEnding(duplex)) duplex.end();
  });
}

/** Makes that one end, of either side or of either part, is the end of all. */
export function destroyTogether(duplex: Duplex, session: Http2Session): void {
  // An HTTP/2 connection with one side is of no use, and not every peer answers an end by its own.
  const destroyLater = () => setImmediate(() => duplex.destroy());
  duplex.once("finish", destroyLater);
  duplex.once("end", destroyLater);
  // With TLS 1.3 on Node 20 the session over a refused socket does not notice its end by itself. Later, when node:http2
  // knows that it can write no more.
  duplex.once("close", () => setImmediate(() => session.destroyed || session.destroy()));
}
