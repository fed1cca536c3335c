import type { Duplex } from "node:stream";

/** Whether one side has ended already. Over a plain Duplex a session that writes after that fails an assertion of Node. */
export function isEnding(duplex: Duplex): boolean {
  return duplex.readableEnded || duplex.writableEnded || duplex.destroyed;
}

/** An HTTP/2 connection of which one side has ended is of no use, and not every peer answers an end by its own. */
export function destroyAfterEnd(duplex: Duplex): void {
  // Later: node:http2 is at work with it.
  const destroyLater = () => setImmediate(() => duplex.destroy());
  duplex.once("finish", destroyLater);
  duplex.once("end", destroyLater);
}
