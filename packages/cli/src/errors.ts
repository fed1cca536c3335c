/** The exit codes of the process. */
export const ExitCode = {
  ok: 0,
  /** Something was found: differences, failed checks. */
  failed: 1,
  /** The command line, or a file that it names, is not what it has to be. */
  usage: 2,
  /** The plugin could not be started or connected to. */
  plugin: 3,
  /** A call ended with an error of net/rpc, which has no codes. */
  rpcError: 4,
  /** 64 and the status code: a gRPC call ended with another status than OK. */
  status: 64,
  interrupted: 130,
} as const;

/** The command line, or a file that it names, is not what it has to be. */
export class UsageError extends Error {
  static override get name(): string {
    return "UsageError";
  }
  override readonly name = "UsageError";
}

/** Ends the command with this code; all that there is to say has been said. */
export class Exit extends Error {
  override readonly name = "Exit";
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}
