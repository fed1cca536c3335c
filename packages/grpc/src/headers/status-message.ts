/** The `grpc-message` header: UTF-8, with everything but printable ASCII percent-encoded. */
export function encodeStatusMessage(text: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(text)) return text;
  let encoded = "";
  for (const byte of Buffer.from(text, "utf8")) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/** Decodes a `grpc-message` header. A malformed escape is left as it is. */
export function decodeStatusMessage(header: string): string {
  if (!header.includes("%")) return header;
  const bytes = Buffer.alloc(header.length);
  let length = 0;
  for (let i = 0; i < header.length; i++) {
    const digits = header.slice(i + 1, i + 3);
    if (header[i] === "%" && /^[0-9a-fA-F]{2}$/.test(digits)) {
      bytes[length++] = Number.parseInt(digits, 16);
      i += 2;
    } else {
      bytes[length++] = header.charCodeAt(i);
    }
  }
  return bytes.toString("utf8", 0, length);
}

/** The longest part of an encoded message that fits into `maxBytes` without cutting a character in two. */
export function truncateStatusMessage(encoded: string, bytes: number): string {
  if (encoded.length <= bytes) return encoded;
  let end = Math.max(bytes, 0);
  // Back to before a cut escape, then to before the continuation bytes (10xxxxxx) of a cut character.
  if (encoded[end - 1] === "%") end -= 1;
  else if (encoded[end - 2] === "%") end -= 2;
  while (end > 0 && /^%[89AB]/.test(encoded.slice(end, end + 2))) end -= 3;
  return encoded.slice(0, Math.max(end, 0));
}
