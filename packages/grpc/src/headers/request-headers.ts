import { Status } from "../status/status.js";
import { BinaryBudget } from "./binary-budget.js";
import type { RawHeaders } from "./header-list.js";
import { Metadata } from "./metadata.js";
import { isGrpcContentType } from "./response-headers.js";
import { parseTimeout } from "./timeout.js";

/** The headers of a request, read for the call layer. */
export interface RequestHeaders {
  method: string;
  path: string;
  contentType: string | undefined;
  encoding: string | undefined;
  /** In ms; undefined without one. */
  timeoutMs: number | undefined;
  /** The reason why the headers are malformed. */
  malformed: string | undefined;
}

/** The answer to a request that no handler sees. */
export interface Refusal {
  readonly httpStatus: number;
  readonly code: Status;
  readonly details: string;
}

export function parseRequestHeaders(raw: RawHeaders): RequestHeaders {
  const headers: RequestHeaders = {
    method: "",
    path: "",
    contentType: undefined,
    encoding: undefined,
    timeoutMs: undefined,
    malformed: undefined,
  };
  for (let i = 0; i < raw.length; i += 2) {
    const value = raw[i + 1]!;
    switch (raw[i]) {
      case ":method":
        headers.method = value;
        break;
      case ":path":
        headers.path = value;
        break;
      case "content-type":
        headers.contentType = value;
        break;
      case "grpc-encoding":
        headers.encoding = value;
        break;
      case "grpc-timeout":
        readTimeout(headers, value);
        break;
    }
  }
  return headers;
}

function readTimeout(headers: RequestHeaders, value: string): void {
  const timeout = parseTimeout(value);
  if (typeof timeout === "number") headers.timeoutMs = timeout;
  else headers.malformed = `malformed grpc-timeout: transport: ${timeout.malformed}`;
}

/** The caller's own headers. @throws {TypeError} for a `-bin` header that is not base64. */
export function requestMetadata(raw: RawHeaders): Metadata {
  const metadata = new Metadata();
  const budget = new BinaryBudget();
  for (let i = 0; i < raw.length; i += 2) metadata.receive(raw[i]!, raw[i + 1]!, budget);
  return metadata;
}

/** Returns the refusal of a request that is not a gRPC call. The order of the checks is grpc-go's. */
export function refuse(headers: RequestHeaders): Refusal | undefined {
  if (!isGrpcContentType(headers.contentType)) {
    const details = `invalid gRPC request content-type ${JSON.stringify(headers.contentType ?? "")}`;
    return { httpStatus: 415, code: Status.INVALID_ARGUMENT, details };
  }
  if (headers.malformed !== undefined) return { httpStatus: 400, code: Status.INTERNAL, details: headers.malformed };
  if (headers.method !== "POST") {
    const details = `Received a HEADERS frame with :method ${JSON.stringify(headers.method)} which should be POST`;
    return { httpStatus: 405, code: Status.INTERNAL, details };
  }
  const { encoding } = headers;
  if (encoding !== undefined && encoding !== "" && encoding !== "identity") {
    const details = `grpc: Decompressor is not installed for grpc-encoding ${JSON.stringify(encoding)}`;
    return { httpStatus: 200, code: Status.UNIMPLEMENTED, details };
  }
  return undefined;
}
