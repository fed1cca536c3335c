/** A part of a pattern that matches one character, or `*`. */
type Token =
  | { readonly kind: "star" }
  | { readonly kind: "any" }
  | { readonly kind: "literal"; readonly character: string }
  | {
      readonly kind: "set";
      readonly negated: boolean;
      readonly ranges: readonly (readonly [low: string, high: string])[];
    };

const escapeCharacter = process.platform === "win32" ? undefined : "\\";

/** Parses a pattern for one file name, in the syntax of Go's filepath.Match. `undefined` if it is incomplete. */
export function parseNamePattern(pattern: string): readonly Token[] | undefined {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
    } else if (character === "?") tokens.push({ kind: "any" });
    else if (character === "[") {
      const parsed = parseSet(characters, at + 1);
      if (!parsed) return undefined;
      tokens.push(parsed.token);
      at = parsed.end;
    } else if (character === escapeCharacter) {
      if (++at === characters.length) return undefined;
      tokens.push({ kind: "literal", character: characters[at]! });
    } else tokens.push({ kind: "literal", character });
  }
  return tokens;
}

/** The set that begins after a `[`; `end` is the position of its `]`. */
function parseSet(characters: readonly string[], start: number): { token: Token; end: number } | undefined {
  let at = start;
  const take = (): string | undefined => {
    if (characters[at] === "-" || characters[at] === "]") return undefined;
    if (characters[at] === escapeCharacter) at++;
    return characters[at++];
  };
  const negated = characters[at] === "^";
  if (negated) at++;
  const ranges: [string, string][] = [];
  while (ranges.length === 0 || characters[at] !== "]") {
    const low = take();
    let high = low;
    if (characters[at] === "-") {
      at++;
      high = take();
    }
    if (low === undefined || high === undefined) return undefined;
    ranges.push([low, high]);
  }
  return { token: { kind: "set", negated, ranges }, end: at };
}

/**
 * Matches a whole name. Only the latest `*` is retried, so the time grows with the product of both lengths. Regular
 * expressions, which glob libraries use, retry every `*`: see docs/decisions/0021-name-patterns.md.
 */
export function matchesName(tokens: readonly Token[], name: string): boolean {
  const characters = [...name];
  let token = 0;
  let at = 0;
  let retry: { readonly token: number; at: number } | undefined;
  while (at < characters.length) {
    const current = tokens[token];
    if (current?.kind === "star") {
      retry = { token: ++token, at };
    } else if (current && matchesCharacter(current, characters[at]!)) {
      token++;
      at++;
    } else if (retry) {
      token = retry.token;
      at = ++retry.at;
    } else return false;
  }
  while (tokens[token]?.kind === "star") token++;
  return token === tokens.length;
}

function matchesCharacter(token: Token, character: string): boolean {
  if (token.kind === "literal") return token.character === character;
  if (token.kind !== "set") return true;
  const code = character.codePointAt(0)!;
  const inSet = token.ranges.some(([low, high]) => low.codePointAt(0)! <= code && code <= high.codePointAt(0)!);
  return inSet !== token.negated;
}
