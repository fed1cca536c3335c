/** Records what was said and seen, in order, to explain a failed check. */
export class Trace {
  readonly #start = performance.now();
  readonly #lines: string[] = [];

  say(text: string): void {
    const line = text.length > 300 ? `${text.slice(0, 300)}…` : text;
    this.#add(`${Math.round(performance.now() - this.#start)} ms ${line}`);
  }

  /** Adds the lines of another trace, with their own times. */
  include(other: Trace): void {
    for (const line of other.lines) this.#add(line);
  }

  #add(line: string): void {
    // Enough for any check; an endless peer costs no memory.
    if (this.#lines.length < 200) this.#lines.push(line);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}
