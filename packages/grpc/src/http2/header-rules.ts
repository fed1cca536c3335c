/** The rules of HTTP/2 for header lists (RFC 9113 §8.2, §8.3). A list is name, value, name, value, … */

export function isWellFormedRequest(headers: readonly string[]): boolean {
  let method = false;
  let scheme = false;
  let path = false;
  let authority = false;
  let regular = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    if (!isPseudo(name)) {
      regular = true;
      if (!isWellFormedField(name, value)) return false;
      continue;
    }
    if (regular || !isFieldValue(value)) return false;
    switch (name) {
      case ":method":
        if (method) return false;
        method = true;
        break;
      case ":scheme":
        if (scheme) return false;
        scheme = true;
        break;
      case ":path":
        if (path || value === "") return false;
        path = true;
        break;
      case ":authority":
        if (authority) return false;
        authority = true;
        break;
      default:
        return false;
    }
  }
  return method && scheme && path;
}

export function isWellFormedResponse(headers: readonly string[]): boolean {
  if (headers[0] !== ":status" || !/^[1-9]\d\d$/.test(headers[1]!)) return false;
  return areWellFormedFields(headers, 2);
}

export function isWellFormedTrailers(headers: readonly string[]): boolean {
  return areWellFormedFields(headers, 0);
}

function areWellFormedFields(headers: readonly string[], from: number): boolean {
  for (let i = from; i < headers.length; i += 2) {
    if (!isWellFormedField(headers[i]!, headers[i + 1]!)) return false;
  }
  return true;
}

function isPseudo(name: string): boolean {
  return name.charCodeAt(0) === 0x3a; // ":"
}

function isWellFormedField(name: string, value: string): boolean {
  return isFieldName(name) && isFieldValue(value) && !isConnectionSpecific(name, value);
}

function isConnectionSpecific(name: string, value: string): boolean {
  switch (name) {
    case "connection":
    case "keep-alive":
    case "proxy-connection":
    case "transfer-encoding":
    case "upgrade":
      return true;
    case "te":
      return value !== "trailers";
    default:
      return false;
  }
}

/** Lower case, no white space, no control characters, no colon. */
function isFieldName(name: string): boolean {
  if (name.length === 0) return false;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || (code >= 0x41 && code <= 0x5a) || code === 0x3a) return false;
  }
  return true;
}

/** No NUL, LF or CR. Spaces around a value are kept. */
function isFieldValue(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === 0 || code === 0x0a || code === 0x0d) return false;
  }
  return true;
}
