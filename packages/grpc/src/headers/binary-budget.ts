const maxBinaryValues = 1000;

/**
 * Limits the number of `-bin` values in one header list. The size limit does not: a field may hold thousands of values,
 * separated by commas, and one byte of a header block may stand for a whole field.
 */
export class BinaryBudget {
  #left = maxBinaryValues;

  /** @throws {TypeError} when the value exceeds the limit. */
  spend(name: string): void {
    if (this.#left-- > 0) return;
    const text = `more than ${maxBinaryValues} binary metadata values, the last one in header ${JSON.stringify(name)}`;
    throw new TypeError(text);
  }
}
