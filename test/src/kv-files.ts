import { readFile, writeFile } from "node:fs/promises";

/** Where HashiCorp's examples keep their values: a file for each key, with a note of the writer and of the reader behind it. */
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
