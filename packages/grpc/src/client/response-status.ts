import { ErrorCode } from "../http2/error-code.js";
import { Status } from "../status/status.js";

/** The status of a response that is not gRPC. Go: HTTPStatusConvTab. */
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

// The reason phrases of RFC 9110 §15 that servers and proxies send. Loading node:http for its list takes longer than a
// call.
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

/** Describes a response that is not gRPC, in grpc-go's words. */
export function describeHttpResponse(httpStatus: number, contentType: string | undefined): string {
  const status = `unexpected HTTP status code received from server: ${httpStatus} (${statusTexts[httpStatus] ?? ""})`;
  const type =
    contentType === undefined
      ? "malformed header: missing HTTP content-type"
      : `transport: received unexpected content-type ${JSON.stringify(contentType)}`;
  return `${status}; ${type}`;
}

/** The status of a stream that the peer reset. Go: http2ErrConvTab. */
export function resetToCode(errorCode: number): Status {
  switch (errorCode) {
    case ErrorCode.FLOW_CONTROL_ERROR:
    case ErrorCode.ENHANCE_YOUR_CALM:
      return Status.RESOURCE_EXHAUSTED;
    case ErrorCode.REFUSED_STREAM:
      return Status.UNAVAILABLE;
    case ErrorCode.CANCEL:
      return Status.CANCELLED;
    case ErrorCode.INADEQUATE_SECURITY:
      return Status.PERMISSION_DENIED;
    default:
      return errorCode <= ErrorCode.HTTP_1_1_REQUIRED ? Status.INTERNAL : Status.UNKNOWN;
  }
}
