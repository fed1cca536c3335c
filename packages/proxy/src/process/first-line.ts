import type { Readable } from "node:stream";
import { checkHandshake, type Handshake, HandshakeError, splitHandshake } from "@go-plugin/proto/internal";

/** The first line that a plugin printed. */
export interface FirstLine {
  readonly line: string;
  /** It ended with a newline. */
  readonly complete: boolean;
  /** Bytes that came with the line and belong behind it. */
  readonly rest: Buffer;
}

/** A handshake line that a host takes from a plugin of this version, with its fields as they stand in the line. */
export interface PrintedHandshake extends Handshake {
  /** Brokered connections share the one connection. */
  readonly multiplex: boolean;
  readonly fields: readonly string[];
}

const maxLineBytes = 64 << 10;

/** Waits for the first line, or for the end. */
export async function splitFirstLine(stdout: Readable): Promise<FirstLine> {
  let read = Buffer.alloc(0);
  for (;;) {
    const chunk = await nextChunk(stdout);
    if (!chunk) return { line: read.toString(), complete: false, rest: Buffer.alloc(0) };
    read = Buffer.concat([read, chunk]);
    const end = read.indexOf(0x0a);
    if (end !== -1) return { line: read.subarray(0, end).toString(), complete: true, rest: read.subarray(end + 1) };
    if (read.length > maxLineBytes) return { line: "", complete: false, rest: read };
  }
}

/** The next bytes; the stream is left paused, so that nothing is lost. */
function nextChunk(stdout: Readable): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const settle = (chunk?: Buffer) => {
      stdout.off("readable", onReadable).off("end", onEnd).off("close", onEnd);
      resolve(chunk);
    };
    const onReadable = () => {
      const chunk = stdout.read() as Buffer | null;
      if (chunk) settle(chunk);
    };
    const onEnd = () => settle();
    stdout.on("readable", onReadable).once("end", onEnd).once("close", onEnd);
    if (stdout.readableEnded || stdout.destroyed) settle();
    else onReadable();
  });
}

/** Reads the line as a host does; undefined for one that every host refuses. */
export function readHandshake(line: string): PrintedHandshake | undefined {
  try {
    const fields = splitHandshake(line);
    const expected = { versions: [Number(fields.appVersion)], protocols: ["grpc", "netrpc"] } as const;
    const handshake = checkHandshake(fields, expected);
    const multiplex = handshake.multiplex === true && handshake.protocol === "grpc";
    return { ...handshake, multiplex, fields: line.trim().split("|") };
  } catch (error) {
    if (error instanceof HandshakeError) return undefined;
    throw error;
  }
}
