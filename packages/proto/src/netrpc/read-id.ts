import type { Duplex } from "node:stream";

/** Reads the uint32 at the start of a brokered stream; later bytes stay in the stream. */
export function readId(stream: Duplex, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const onAbort = () => settle(signal.reason);
    const settle = (result: number | Error) => {
      signal.removeEventListener("abort", onAbort);
      stream.off("readable", onReadable).off("end", onEnd).off("close", onEnd);
      if (typeof result === "number") resolve(result);
      else reject(result);
    };
    const onEnd = () => settle(stream.errored ?? new Error("the stream was closed"));
    const onReadable = () => {
      const bytes: Buffer | null = stream.read(4);
      if (bytes?.length === 4) settle(bytes.readUInt32LE());
      else if (bytes) onEnd();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    stream.on("readable", onReadable).on("end", onEnd).on("close", onEnd);
    onReadable();
  });
}
