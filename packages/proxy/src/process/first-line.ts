import type { Readable } from "node:stream";

/** The first line that a plugin printed. */
export interface FirstLine {
  readonly line: string;
  /** It ended with a newline. */
  readonly complete: boolean;
  /** Bytes that came with the line and belong behind it. */
  readonly rest: Buffer;
}

/** A handshake line, as far as the proxy has to understand it: whether a host takes it is for the host to say. */
export interface LineFields {
  readonly fields: readonly string[];
  readonly appVersion: number;
  readonly network: "unix" | "tcp";
  readonly address: string;
  readonly protocol: "grpc" | "netrpc";
  readonly certificate: string;
  readonly multiplex: boolean;
}

const maxLineBytes = 64 << 10;
/** Old plugins used the sixth field for other things. */
const minCertificateLength = 51;

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

/** The fields of the line; undefined for what is none. */
export function readLine(line: string): LineFields | undefined {
  const fields = line.trim().split("|");
  const [core, app, network, address = "", protocol = "netrpc", certificate = "", multiplex = ""] = fields;
  if (core !== "1" || !/^\d+$/.test(app ?? "") || (network !== "unix" && network !== "tcp") || address === "")
    return undefined;
  if (protocol !== "grpc" && protocol !== "netrpc") return undefined;
  return {
    fields,
    appVersion: Number(app),
    network,
    address,
    protocol,
    certificate: certificate.length >= minCertificateLength ? certificate : "",
    multiplex: multiplex === "true" && protocol === "grpc",
  };
}
