/** The checksum that a plugin's file must have. Go: SecureConfig. */
export interface Checksum {
  /** Any of `crypto.getHashes()`, for example "sha256". Go: Hash. */
  readonly algorithm: string;
  /** The hash of the file's content, as bytes or in hexadecimal. Go: Checksum. */
  readonly expected: string | Uint8Array;
  /**
   * The file to check instead of the command's own: the script of an interpreter. A relative path starts at `cwd`.
   * @default the command's own file
   */
  readonly file?: string;
}

/** Checks the shape. The algorithm is checked later, so that node:crypto is not loaded here. */
export function isChecksum(value: unknown): boolean {
  const { algorithm, expected, file } = (value ?? {}) as Partial<Checksum>;
  return (
    typeof algorithm === "string" &&
    (expected instanceof Uint8Array ? expected.length > 0 : /^([0-9a-f]{2})+$/i.test(expected ?? "")) &&
    (file === undefined || (typeof file === "string" && file !== "" && !file.includes("\0")))
  );
}
