import { readFile } from "node:fs/promises";
import { join } from "node:path";

const fileName = "SHA256SUMS";

/**
 * Reads the folder's SHA256SUMS, in the format of `sha256sum *`. Returns the checksum of each plugin by its file name.
 *
 * @throws {Error} if the file does not exist or a line is not in that format
 */
export async function readManifest(folder: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(folder, fileName), "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const [, checksum, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
      if (!checksum || !name) throw new Error(`${fileName}: expected "<sha256>  <file>", got ${JSON.stringify(line)}`);
      return [name, checksum];
    }),
  );
}
