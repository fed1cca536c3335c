import { type Metadata, type StatusError, statusName } from "@go-plugin/grpc";
import { decodeStatusDetails, type Schema } from "@go-plugin/proxy/schema";
import { colors, printError } from "../terminal.js";
import { metadataToJson } from "./metadata.js";

/** The end of a call, for programs. */
export interface Outcome {
  readonly code: number;
  readonly name: string;
  readonly message: string;
  readonly details: readonly unknown[];
  readonly headers: Record<string, string | string[]>;
  readonly trailers: Record<string, string | string[]>;
}

const detailsKey = "grpc-status-details-bin";

export function describeOutcome(
  error: StatusError | undefined,
  headers: Metadata | undefined,
  trailers: Metadata | undefined,
  schema: Schema,
): Outcome {
  const end = trailers ?? error?.metadata;
  const details = end?.get(detailsKey);
  const { [detailsKey]: _, ...shown } = end ? metadataToJson(end) : {};
  return {
    code: error?.code ?? 0,
    name: statusName(error?.code ?? 0),
    message: error?.details ?? "",
    details: details === undefined ? [] : decodeStatusDetails(schema, details as Uint8Array),
    headers: headers ? metadataToJson(headers) : {},
    trailers: shown,
  };
}

/** For people, on stderr. What went well is told only to those who ask. */
export function printOutcome(outcome: Outcome, verbose: boolean): void {
  if (verbose) {
    for (const [title, metadata] of [["header", outcome.headers] as const, ["trailer", outcome.trailers] as const]) {
      for (const [key, value] of Object.entries(metadata)) printError(`${colors.dim(`${title} ${key}:`)} ${value}`);
    }
  }
  if (outcome.code === 0) {
    if (verbose) printError(`${colors.green("OK")}`);
    return;
  }
  printError(`${colors.red(outcome.name)} (${outcome.code}): ${outcome.message}`);
  for (const detail of outcome.details) printError(colors.dim(`  detail ${JSON.stringify(detail)}`));
}
