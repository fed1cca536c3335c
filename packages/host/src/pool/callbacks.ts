import type { BrokeredServer } from "@go-plugin/proto/internal";
import type { PluginHandle } from "../plugin.js";

/** Serves something to one process, and tells the process. */
export type ServeTo = (plugin: PluginHandle) => Promise<BrokeredServer>;

/** The services of the host for every process of a pool, including later ones. */
export class Callbacks {
  readonly #processes = new Set<PluginHandle>();
  readonly #served = new Map<ServeTo, Map<PluginHandle, Promise<BrokeredServer>>>();

  /** Serves everything to a new process, before calls reach it. */
  async addProcess(plugin: PluginHandle): Promise<void> {
    this.#processes.add(plugin);
    void plugin.exited.then(() => {
      this.#processes.delete(plugin);
      for (const servers of this.#served.values()) servers.delete(plugin);
    });
    for (const serveTo of this.#served.keys()) await this.#serve(serveTo, plugin);
  }

  /** @throws {Error} the error of `serveTo` for a process that lives. */
  async add(serveTo: ServeTo): Promise<{ close(): Promise<void> }> {
    this.#served.set(serveTo, new Map());
    const close = async () => {
      const servers = this.#served.get(serveTo);
      this.#served.delete(serveTo);
      for (const server of servers?.values() ?? []) await (await server.catch(() => undefined))?.close();
    };
    try {
      await Promise.all([...this.#processes].map((plugin) => this.#serve(serveTo, plugin)));
      return { close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  async #serve(serveTo: ServeTo, plugin: PluginHandle): Promise<void> {
    const servers = this.#served.get(serveTo);
    if (!servers) return;
    let server = servers.get(plugin);
    if (!server) {
      server = serveTo(plugin);
      servers.set(plugin, server);
    }
    try {
      await server;
    } catch (error) {
      // The process that follows one that has ended gets everything again.
      if (this.#processes.has(plugin)) throw error;
    }
  }
}
