import type { DescMessage, JsonValue } from "@bufbuild/protobuf";
import { type Schema, type SchemaMethod, standardSchema } from "../schema/index.js";

/** Asks the plugin for the descriptors of its services and of these; undefined when it does not tell. */
export type AskPlugin = (services: readonly string[]) => Promise<Schema | undefined>;

/** The services that are known so far; more are learned as they are called. */
export class KnownSchema {
  readonly schema: Schema;
  readonly #asked = new Map<string, Promise<void>>();
  #ask: AskPlugin | undefined;
  #first: Promise<void> | undefined;
  readonly #onLearned: (schema: Schema, source: "reflection" | "files") => void;

  constructor(files: Schema | undefined, onLearned: (schema: Schema, source: "reflection" | "files") => void) {
    this.#onLearned = onLearned;
    this.schema = standardSchema();
    if (!files || files.fileNames.length === 0) return;
    // The user's files come before the standard ones.
    this.schema = files;
    this.schema.addSchema(standardSchema());
    onLearned(this.schema, "files");
  }

  /** Asks for all that the plugin lists, and from now on for services that it does not. */
  askWith(ask: AskPlugin): void {
    this.#ask = ask;
    this.#first = this.#askFor();
  }

  /** Resolves when the plugin has told what it lists, or does not. */
  get listed(): Promise<void> | undefined {
    return this.#first;
  }

  /** The method of a path, once what describes it was asked for. */
  method(path: string): SchemaMethod | undefined | Promise<SchemaMethod | undefined> {
    const known = this.schema.method(path);
    if (known || !this.#ask) return known;
    return this.#learn(path);
  }

  toJson(type: DescMessage, bytes: Uint8Array): JsonValue {
    return this.schema.toJson(type, bytes);
  }

  async #learn(path: string): Promise<SchemaMethod | undefined> {
    await this.#first;
    const listed = this.schema.method(path);
    if (listed) return listed;
    const service = path.split("/")[1] ?? "";
    let asking = this.#asked.get(service);
    if (!asking) {
      asking = this.#askFor(service);
      this.#asked.set(service, asking);
    }
    await asking;
    return this.schema.method(path);
  }

  async #askFor(...services: string[]): Promise<void> {
    try {
      const learned = await this.#ask?.(services);
      if (!learned) return;
      this.schema.addSchema(learned);
      this.#onLearned(this.schema, "reflection");
    } catch {
      // Its messages stay bytes.
    }
  }
}
