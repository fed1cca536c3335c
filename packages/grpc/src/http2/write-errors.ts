import type { Duplex } from "node:stream";

/** The last data of a peer that has gone must be read within this time. */
const lastReadMs = 1000;

type Done = (error?: Error | null) => void;

/**
 * Lets a failed write count only when everything that the peer has sent is read (grpc-go: an I/O error of the writer is
 * left to the reader). A peer that goes away in good order closes its socket behind its last responses. A write that
 * crosses the end would destroy the Duplex, and these responses with it.
 */
export function readBeforeWriteErrors(duplex: Duplex): void {
  const { _write: write, _writev: writev } = duplex;
  // Streams pass the same function to every write.
  let given: Done | undefined;
  let wrapped: Done;
  const wrap = (done: Done): Done => {
    if (done === given) return wrapped;
    given = done;
    wrapped = (error) => (error ? whenRead(duplex, () => done(error)) : done());
    return wrapped;
  };
  duplex._write = (chunk, encoding, done) => write.call(duplex, chunk, encoding, wrap(done));
  if (writev) duplex._writev = (chunks, done) => writev.call(duplex, chunks, wrap(done));
}

function whenRead(duplex: Duplex, report: () => void): void {
  if (duplex.destroyed || duplex.readableEnded) {
    report();
    return;
  }
  const timer = setTimeout(report, lastReadMs).unref();
  // At the end of what is read, and at an error of reading.
  duplex.once("close", () => {
    clearTimeout(timer);
    report();
  });
}
