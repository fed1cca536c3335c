import { Metadata } from "@go-plugin/grpc";
import { UsageError } from "../errors.js";

/** `key: value` of the command line; the values of keys that end in `-bin` are base64. */
export function parseMetadata(headers: readonly string[]): Metadata {
  const metadata = new Metadata();
  for (const header of headers) {
    const colon = header.indexOf(":");
    if (colon < 1) throw new UsageError(`--header: expected "key: value", got ${JSON.stringify(header)}`);
    const key = header.slice(0, colon).trim();
    const value = header.slice(colon + 1).trim();
    try {
      metadata.append(key, key.toLowerCase().endsWith("-bin") ? Buffer.from(value, "base64") : value);
    } catch (cause) {
      throw new UsageError(`--header: ${(cause as Error).message}`, { cause });
    }
  }
  return metadata;
}

/** One text or a list for each key; bytes are base64. */
export function metadataToJson(metadata: Metadata): Record<string, string | string[]> {
  const json: Record<string, string | string[]> = {};
  for (const [key, value] of metadata) {
    const text = typeof value === "string" ? value : Buffer.from(value).toString("base64");
    const earlier = json[key];
    json[key] = earlier === undefined ? text : [...(Array.isArray(earlier) ? earlier : [earlier]), text];
  }
  return json;
}
