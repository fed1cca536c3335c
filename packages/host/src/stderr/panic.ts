import { isPanic } from "./printable.js";

/** An entry is cut here: a Go program that runs many goroutines prints one stack for each. */
const maxCharacters = 64 << 10;
/** A crash is printed at once; a program that goes on after such a line may be silent for long. */
const quietMs = 200;

/**
 * Joins the lines of a crash, from `panic: ` or `fatal error: ` on, to one text. It is passed on when the output ends,
 * when another kind of line comes, and when no line has come for a while.
 */
export class PanicLines {
  readonly #onText: (text: string) => void;
  #inPanic = false;
  #lines: string[] = [];
  #characters = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  /** Takes an untagged line. @returns false if it does not belong to a crash. */
  take(line: string): boolean {
    if (!this.#inPanic && !isPanic(line)) return false;
    this.#inPanic = true;
    if (this.#characters + line.length > maxCharacters) this.flush();
    this.#lines.push(line);
    this.#characters += line.length + 1;
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.flush(), quietMs).unref();
    return true;
  }

  /** Passes on the lines so far. As in Go, untagged lines that follow belong to the crash as well. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#lines.join("\n").trimEnd();
    this.#lines = [];
    this.#characters = 0;
    if (text !== "") this.#onText(text);
  }
}
