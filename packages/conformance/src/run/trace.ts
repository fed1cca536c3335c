/** Records what was said and seen, in order, to explain a failed check. */
export class Trace {
  readonly #start = performance.now();
  readonly #lines: string[] = [];

  say(text: string): void {
    const line = text.length > 300 ? `${text.slice(0, 300)}…` : text;
    // Enough for any check; an endless peer costs no memory.
    if (this.#lines.length < 200) this.#lines.push(`${Math.round(performance.now() - this.#start)} ms ${line}`);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}
