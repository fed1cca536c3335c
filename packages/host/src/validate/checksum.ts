/** What a plugin's file has to be. Go: SecureConfig. */
export interface Checksum {
  /** Any of `crypto.getHashes()`, for example "sha256". Go: Hash. */
  readonly algorithm: string;
  /** The hash of the file's content, as bytes or in hexadecimal. Go: Checksum. */
  readonly expected: string | Uint8Array;
  /**
   * The file to check where the command is an interpreter: the script. As for the plugin, a relative path starts at `cwd`.
   * @default the command's own file
   */
  readonly file?: string;
}

/** For the validation of options, which does not load node:crypto: whether there is such an algorithm shows later. */
export function isChecksum(value: unknown): boolean {
  const { algorithm, expected, file } = (value ?? {}) as Partial<Checksum>;
  return (
    typeof algorithm === "string" &&
    (expected instanceof Uint8Array ? expected.length > 0 : /^([0-9a-f]{2})+$/i.test(expected ?? "")) &&
    (file === undefined || (typeof file === "string" && file !== "" && !file.includes("\0")))
  );
}
