const unitsInMs = { n: 1e-6, u: 1e-3, m: 1, S: 1000, M: 60_000, H: 3_600_000 } as const;

// The header has room for eight digits.
const maxValue = 99_999_999;

/** The `grpc-timeout` header: the finest unit from milliseconds up that fits, rounded up so that it never ends early. */
export function formatTimeout(ms: number): string {
  for (const unit of ["m", "S", "M"] as const) {
    const value = Math.ceil(ms / unitsInMs[unit]);
    if (value <= maxValue) return `${Math.max(value, 0)}${unit}`;
  }
  return `${Math.min(Math.ceil(ms / unitsInMs.H), maxValue)}H`;
}

/** Parses a `grpc-timeout` header: milliseconds, or the reason why it is malformed. */
export function parseTimeout(text: string): number | { readonly malformed: string } {
  const quoted = JSON.stringify(text);
  if (text.length < 2) return { malformed: `timeout string is too short: ${quoted}` };
  if (text.length > 9) return { malformed: `timeout string is too long: ${quoted}` };
  const unit = text.at(-1)!;
  if (!Object.hasOwn(unitsInMs, unit)) return { malformed: `timeout unit is not recognized: ${quoted}` };
  const digits = text.slice(0, -1);
  if (!/^\d+$/.test(digits)) return { malformed: `timeout is not a number: ${quoted}` };
  return Number(digits) * unitsInMs[unit as keyof typeof unitsInMs];
}

// setTimeout takes 31 bits; it fires at once for a longer delay.
const maxDelayMs = 2 ** 31 - 1;

/** A timer for a point in time that may be further away than setTimeout allows. */
export class DeadlineTimer {
  #timer: NodeJS.Timeout | undefined;

  readonly #deadline: number;
  readonly #onDeadline: () => void;

  constructor(deadline: number, onDeadline: () => void) {
    this.#deadline = deadline;
    this.#onDeadline = onDeadline;
    this.#arm();
  }

  #arm(): void {
    const left = this.#deadline - Date.now();
    this.#timer = setTimeout(() => (left > maxDelayMs ? this.#arm() : this.#onDeadline()), Math.min(left, maxDelayMs));
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
