const newline = 0x0a;
const carriageReturn = 0x0d;

/** Receives one line without its line end. `whole` is false for the pieces of a line that exceeds the limit. */
export type LineListener = (line: string, whole: boolean) => void;

/** Cuts a stream of bytes into lines that end in LF or CR LF, whatever the chunks. */
export class LineSplitter {
  readonly #onLine: LineListener;
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #length = 0;
  /** A part of the current line has been passed on. */
  #continued = false;

  /** @param maxBytes the length above which a line is passed on in pieces, so that no line uses up the memory. */
  constructor(onLine: LineListener, maxBytes: number) {
    this.#onLine = onLine;
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#append(chunk.subarray(start, end));
      this.#finishLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#append(chunk.subarray(start));
  }

  /** Passes on the rest when the stream ends. */
  end(): void {
    if (this.#length > 0) this.#finishLine();
  }

  #append(bytes: Buffer): void {
    let rest = bytes;
    while (this.#length + rest.length > this.#maxBytes) {
      const fitting = this.#maxBytes - this.#length;
      this.#pieces.push(rest.subarray(0, fitting));
      this.#continued = true;
      this.#onLine(this.#take(), false);
      rest = rest.subarray(fitting);
    }
    if (rest.length === 0) return;
    this.#pieces.push(rest);
    this.#length += rest.length;
  }

  #finishLine(): void {
    const whole = !this.#continued;
    this.#continued = false;
    this.#onLine(this.#take(), whole);
  }

  #take(): string {
    const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
    return bytes.toString("utf8", 0, end);
  }
}
