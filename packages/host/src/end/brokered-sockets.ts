import { existsSync } from "node:fs";
import type { SocketAddress } from "@go-plugin/proto/internal";
import type { PluginError } from "../errors.js";
import type { Resource } from "./resource.js";
import { ownedSocketFile, type SocketFile } from "./socket-file.js";

/** The number of files that are remembered: a plugin decides how many sockets it offers. */
const maxFiles = 4_096;

/** The files of the sockets that a plugin has offered through its broker. They are removed with it: Go leaves them behind. */
export class BrokeredSockets implements Resource {
  readonly #files = new Map<string, SocketFile>();

  add(address: SocketAddress): void {
    if (this.#files.size >= maxFiles) this.#forgetRemoved();
    const file = this.#files.size < maxFiles ? ownedSocketFile(address) : undefined;
    if (file) this.#files.set(file.path, file);
  }

  async release(cause?: PluginError): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.release(cause)));
    this.#files.clear();
  }

  kill(): void {
    for (const file of this.#files.values()) file.kill?.();
  }

  #forgetRemoved(): void {
    for (const path of this.#files.keys()) if (!existsSync(path)) this.#files.delete(path);
  }
}
