/** The other side does not do what the rule says. */
export class Failure extends Error {
  constructor(
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`expected ${expected}; ${actual}`);
  }
}

/** The rule says nothing about this plugin or host, or it takes an option to see it. */
export class NotApplicable extends Error {}

/** The check could not run because another rule is broken. */
export class Blocked extends Error {
  constructor(readonly rule: string) {
    super(`could not be seen, because ${rule} is broken`);
  }
}

/** @throws {Failure} unless `holds`. */
export function expect(holds: boolean, expected: string, actual: string): asserts holds {
  if (!holds) throw new Failure(expected, actual);
}
