import pc from "picocolors";

/** Colours for a terminal: picocolors alone would colour what goes to a file or a pipe too, where `CI` is set. */
export const colors = pc.createColors(
  pc.isColorSupported && (process.stdout.isTTY === true || process.env.FORCE_COLOR !== undefined),
);

/** Says what takes long, on a terminal alone. */
export interface Progress {
  text(text: string): void;
  stop(): void;
}

const silent: Progress = { text: () => {}, stop: () => {} };

/** A spinner on stderr, if that is a terminal and nobody asked for JSON. */
export async function createProgress(options: { readonly json?: boolean | undefined }): Promise<Progress> {
  if (options.json || !process.stderr.isTTY) return silent;
  const { default: ora } = await import("ora");
  // Input is left alone: it may be the call's.
  const spinner = ora({ stream: process.stderr, discardStdin: false });
  return {
    text(text) {
      if (spinner.isSpinning) spinner.text = text;
      else spinner.start(text);
    },
    stop: () => void spinner.stop(),
  };
}

/** Writes to stdout, and waits while nobody reads it. */
export async function print(text: string): Promise<void> {
  if (process.stdout.write(text)) return;
  await new Promise<void>((resolve) => process.stdout.once("drain", resolve));
}

export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}
