import { readFile, writeFile } from "node:fs/promises";

/** The store of HashiCorp's examples: a file for each key; writer and reader append a note to the value. */
export function kvFiles(written: string, read = "") {
  return {
    async put(args: unknown) {
      const { key, value } = args as { key: string; value: Uint8Array };
      await writeFile(`kv_${key}`, Buffer.concat([value, Buffer.from(written)]));
      return null;
    },
    async get(key: string) {
      return Buffer.concat([await readFile(`kv_${key}`), Buffer.from(read)]);
    },
  };
}
