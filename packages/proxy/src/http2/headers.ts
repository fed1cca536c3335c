import type { RawHeaders } from "./grpc-tap.js";

/** Headers of gRPC and HTTP/2 themselves, which are no metadata of the application. */
const own =
  /^(:.*|te|content-type|user-agent|grpc-(timeout|encoding|accept-encoding|status|message|status-details-bin))$/;

/** The application's metadata. */
export function metadataOf(headers: RawHeaders): Record<string, string | string[]> {
  const metadata: Record<string, string | string[]> = {};
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!;
    if (own.test(name)) continue;
    const value = headers[index + 1]!;
    const earlier = metadata[name];
    metadata[name] = earlier === undefined ? value : [...(Array.isArray(earlier) ? earlier : [earlier]), value];
  }
  return metadata;
}

const unitsMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** `grpc-timeout` in milliseconds. */
export function parseTimeout(text: string | undefined): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(text ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits) * unitsMs[unit!]!;
}

/** `grpc-message`: percent-encoded UTF-8. */
export function decodeStatusMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
