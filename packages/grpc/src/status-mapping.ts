import { Status } from "./status.js";

/** The status of a response that is not gRPC (Go: `HTTPStatusConvTab`). */
export function httpStatusToCode(httpStatus: number): Status {
  switch (httpStatus) {
    case 400:
      return Status.INTERNAL;
    case 401:
      return Status.UNAUTHENTICATED;
    case 403:
      return Status.PERMISSION_DENIED;
    case 404:
      return Status.UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
      return Status.UNAVAILABLE;
    default:
      return Status.UNKNOWN;
  }
}

// RFC 9110 §15, those that servers and proxies answer with. Not node:http's list: loading it takes longer than a call.
const statusTexts: Readonly<Record<number, string>> = {
  200: "OK",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Request Entity Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};

/** What a response that is not gRPC means, in grpc-go's words. */
export function describeHttpResponse(httpStatus: number, contentType: string | undefined): string {
  const status = `unexpected HTTP status code received from server: ${httpStatus} (${statusTexts[httpStatus] ?? ""})`;
  const type =
    contentType === undefined
      ? "malformed header: missing HTTP content-type"
      : `transport: received unexpected content-type ${JSON.stringify(contentType)}`;
  return `${status}; ${type}`;
}

/** The HTTP/2 error codes that are sent. */
export const ErrorCode = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  CANCEL: 8,
  COMPRESSION_ERROR: 9,
  ENHANCE_YOUR_CALM: 11,
} as const;

// RFC 9113 §7, each with the status it stands for (Go: http2ErrConvTab).
const resets: readonly (readonly [name: string, code: Status])[] = [
  ["NO_ERROR", Status.INTERNAL],
  ["PROTOCOL_ERROR", Status.INTERNAL],
  ["INTERNAL_ERROR", Status.INTERNAL],
  ["FLOW_CONTROL_ERROR", Status.RESOURCE_EXHAUSTED],
  ["SETTINGS_TIMEOUT", Status.INTERNAL],
  ["STREAM_CLOSED", Status.INTERNAL],
  ["FRAME_SIZE_ERROR", Status.INTERNAL],
  ["REFUSED_STREAM", Status.UNAVAILABLE],
  ["CANCEL", Status.CANCELLED],
  ["COMPRESSION_ERROR", Status.INTERNAL],
  ["CONNECT_ERROR", Status.INTERNAL],
  ["ENHANCE_YOUR_CALM", Status.RESOURCE_EXHAUSTED],
  ["INADEQUATE_SECURITY", Status.PERMISSION_DENIED],
  ["HTTP_1_1_REQUIRED", Status.INTERNAL],
];

/** The status of a stream that the peer reset (Go: `http2ErrConvTab`). */
export function resetToCode(errorCode: number): Status {
  return resets[errorCode]?.[1] ?? Status.UNKNOWN;
}

/** The name of an HTTP/2 error code. */
export function errorCodeName(errorCode: number): string {
  return resets[errorCode]?.[0] ?? `unknown error code 0x${errorCode.toString(16)}`;
}
