/** Go's strconv.Atoi: an optional sign and decimal digits, within 64 bits; `undefined` for anything else. */
export function parseGoInt(text: string): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) < 2 ** 63 ? value : undefined;
}

/** Go's strconv.ParseBool; `undefined` for anything that it rejects. */
export function parseGoBool(text: string): boolean | undefined {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  return undefined;
}

const goSpace = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/**
 * Go's strings.TrimSpace. JavaScript's own trim() also removes a byte order mark, which Go keeps. No `…+$` here: on a
 * long run of spaces that a peer sends, its time grows with the square of the length.
 */
export function trimGoSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && goSpace.test(text[start]!)) start++;
  while (end > start && goSpace.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}
