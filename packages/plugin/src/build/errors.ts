/** The program could not be built. */
export class BuildError extends Error {
  static override get name(): string {
    return "BuildError";
  }
  override readonly name = "BuildError";
  constructor(
    readonly code: "ERR_BUILD_OPTIONS" | "ERR_BUILD_BUNDLE" | "ERR_BUILD_MISSING" | "ERR_BUILD_EXECUTABLE",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
