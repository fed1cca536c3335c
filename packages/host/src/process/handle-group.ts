import type { Handle } from "@go-plugin/proto/internal";

/** The handles of a plugin in this process. Together they keep the process alive, or not. */
export class HandleGroup {
  readonly #handles = new Set<Handle>();
  #keepsAlive = true;

  add(handle: Handle): void {
    this.#handles.add(handle);
    handle.once?.("close", () => this.#handles.delete(handle));
    if (!this.#keepsAlive) handle.unref?.();
  }

  ref(): void {
    this.#keepsAlive = true;
    for (const handle of this.#handles) handle.ref?.();
  }

  unref(): void {
    this.#keepsAlive = false;
    for (const handle of this.#handles) handle.unref?.();
  }
}
