import { createHash } from "node:crypto";
import type { Action_Entry, Digest } from "./gen/behaviour.js";

/** The outcome of a call, comparable between implementations. Metadata is `key: value`, bytes are base64. */
export interface Outcome {
  headers: readonly string[];
  messages: readonly Digest[];
  code: number;
  details: string;
  trailers: readonly string[];
  stalled?: boolean | undefined;
  after?: number | undefined;
  server?: ServerOutcome | undefined;
}

export interface ServerOutcome {
  metadata: readonly string[];
  hasDeadline: boolean;
  received: readonly Digest[];
  halfClosed: boolean;
  cancelled: boolean;
}

const alphabet = "abcdefghijklmnopqrstuvwxyz";

/** `size` bytes that repeat the alphabet. */
export function payload(size: number): Buffer {
  return size === 0 ? Buffer.alloc(0) : Buffer.alloc(size, alphabet);
}

/** Adds the digest of a payload; equal neighbours are counted in one. */
export function addDigest(digests: Digest[], bytes: Uint8Array): void {
  const sha256 = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const last = digests.at(-1);
  if (last?.sha256 === sha256) last.count++;
  else digests.push({ count: 1, size: bytes.length, sha256 });
}

/**
 * The tests' own metadata, sorted by key. The metadata that a gRPC implementation adds itself differs between
 * implementations.
 */
export function toEntries(metadata: Iterable<readonly [string, string | Uint8Array]>): Action_Entry[] {
  return [...metadata]
    .filter(([key]) => key.startsWith("x-") && key !== "x-call")
    .map(([key, value]) =>
      typeof value === "string"
        ? { key, text: value, bytes: Buffer.alloc(0) }
        : { key, text: "", bytes: Buffer.from(value) },
    )
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
}

export function formatEntries(entries: readonly Partial<Action_Entry>[]): string[] {
  return entries.map(({ key, text, bytes }) => `${key}: ${key?.endsWith("-bin") ? bytes?.toString("base64") : text}`);
}
