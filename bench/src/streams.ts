import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Entry } from "./entries.js";

const built = fileURLToPath(new URL("../", import.meta.url));
const programs = {
  Go: [`${built}go/streams`],
  TS: [process.execPath, `${built}programs/streams.js`],
};

const directory = mkdtempSync(join(tmpdir(), "bench-"));
process.once("exit", () => rmSync(directory, { recursive: true }));
let sockets = 0;

/** A sender and a receiver over a unix socket: yamux, compared with the bare socket. */
export function streams(column: string, yamux: boolean): Entry {
  const [sender, receiver] = column.split(" → ") as [keyof typeof programs, keyof typeof programs];
  const socket = join(directory, String(sockets++));
  const flags = yamux ? ["--yamux"] : [];
  return {
    column,
    peer: [...programs[receiver], ...flags, "listen", socket],
    command: [...programs[sender], ...flags, "dial", socket],
    ...(yamux && { base: streams(column, false) }),
  };
}

const golden = "Point twice,full Outer,widths,Rec,Tree";

/** Programs that only encode and decode golden values. */
export function codecs(count: number): Entry[] {
  const ask = { op: "measure", name: golden, count };
  return [
    { column: "Go", command: [`${built}go/gob-driver`], ask },
    { column: "TS", command: [process.execPath, `${built}programs/gob.js`], ask },
  ];
}
