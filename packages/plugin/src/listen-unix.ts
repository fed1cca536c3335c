import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { Environment, maxSocketPathBytes, socketPathFits } from "@go-plugin/proto";
import { ServeError } from "./errors.js";
import { type Listener, type ListenOptions, listening } from "./listen.js";

/** A socket that nobody but the user can connect to, not even in the moment of its creation. Go: serverListener_unix. */
export async function listenOnUnixSocket(server: Server, options: ListenOptions): Promise<Listener> {
  const path = socketPath(options.socketDirectory);
  try {
    await listening(server, () => withoutAccessForOthers(() => server.listen({ path, exclusive: true })));
  } catch (cause) {
    throw new ServeError(
      "ERR_SERVE_LISTEN",
      `could not create the plugin's socket ${path}: ${(cause as Error).message}. Its directory must exist and be writable; ${options.socketDirectory ? Environment.socketDirectory : "TMPDIR"} sets it.`,
      { cause },
    );
  }
  // The server removes its file when it is closed; a process that ends in another way has to do it itself.
  const remove = () => rmSync(path, { force: true });
  process.on("exit", remove);
  return {
    network: "unix",
    address: path,
    close: () => {
      server.close();
      remove();
      process.off("exit", remove);
    },
  };
}

/** A free path, short enough: the system would refuse a longer one, and Node 20 and 22 cut it off without a word. */
function socketPath(directory: string | undefined): string {
  const name = `plugin${randomBytes(8).toString("hex")}`;
  // A directory that the host names is meant; the temporary directory may be any.
  const candidates = directory ? [directory] : [tmpdir(), "/tmp"];
  const paths = candidates.map((candidate) => resolve(candidate, name));
  const path = paths.find(socketPathFits);
  if (path) return path;
  throw new ServeError(
    "ERR_SERVE_LISTEN",
    `expected a path of at most ${maxSocketPathBytes} bytes for the plugin's socket, got ${paths[0]} (${Buffer.byteLength(paths[0]!)} bytes). Set ${directory ? Environment.socketDirectory : "TMPDIR"} to a shorter directory.`,
  );
}

function withoutAccessForOthers(bind: () => void): void {
  const umask = process.umask(0o177);
  try {
    bind();
  } finally {
    process.umask(umask);
  }
}
