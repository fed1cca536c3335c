import { BinaryBudget } from "./binary-budget.js";
import type { RawHeaders } from "./header-list.js";
import { Metadata } from "./metadata.js";

/** The headers or trailers of a response, read for the call layer. */
export interface ResponseHeaders {
  httpStatus: number;
  contentType: string | undefined;
  encoding: string | undefined;
  grpcStatus: string | undefined;
  grpcMessage: string;
  /** All other headers. */
  metadata: Metadata | undefined;
}

/** @throws {TypeError} for a `-bin` header that is not base64. */
export function parseResponseHeaders(raw: RawHeaders): ResponseHeaders {
  let budget: BinaryBudget | undefined;
  const headers: ResponseHeaders = {
    httpStatus: 0,
    contentType: undefined,
    encoding: undefined,
    grpcStatus: undefined,
    grpcMessage: "",
    metadata: undefined,
  };
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!;
    const value = raw[i + 1]!;
    switch (name) {
      case ":status":
        headers.httpStatus = Number(value);
        break;
      case "content-type":
        headers.contentType = value;
        break;
      case "grpc-encoding":
        headers.encoding = value;
        break;
      case "grpc-status":
        headers.grpcStatus = value;
        break;
      case "grpc-message":
        headers.grpcMessage = value;
        break;
      case "grpc-accept-encoding":
        break;
      default:
        headers.metadata ??= new Metadata();
        budget ??= new BinaryBudget();
        headers.metadata.receive(name, value, budget);
    }
  }
  return headers;
}

/** Returns true for gRPC's content type, with or without a message format. Go: grpcutil.ContentSubtype. */
export function isGrpcContentType(contentType: string | undefined): boolean {
  if (contentType === undefined || !contentType.startsWith("application/grpc")) return false;
  const next = contentType["application/grpc".length];
  return next === undefined || next === "+" || next === ";";
}
