import { collectSessions, type TracedCall, type TracedSession } from "../trace/calls.js";
import type { TraceEvent } from "../trace/trace-event.js";
import { pageScript } from "./page-script.js";
import { pageStyle } from "./page-style.js";

/** Longer messages are in the trace alone. */
const maxMessageLength = 100_000;

/**
 * One page that needs nothing else: the calls on a timeline, with what was said, to look at and to search.
 *
 * @example
 * ```ts
 * writeFileSync("trace.html", renderHtml(readTrace("trace.jsonl")));
 * ```
 */
export function renderHtml(events: Iterable<TraceEvent>): string {
  const sessions = collectSessions(events).map(describeSession);
  // Nothing that a plugin says can end the script.
  const data = JSON.stringify({ sessions })
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>go-plugin trace</title>
<style>${pageStyle}</style>
</head>
<body>
<script type="application/json" id="data">${data}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

function describeSession(session: TracedSession) {
  const { start, handshake, calls, others } = session;
  return {
    id: session.session,
    command: start ? [start.command, ...start.args].join(" ") : "",
    line:
      handshake &&
      `version ${handshake.appVersion}, ${handshake.protocol}${handshake.autoMtls ? ", AutoMTLS" : ""}${handshake.multiplex ? ", multiplexed" : ""}`,
    calls: calls.map(describeCall),
    others: others.map(({ session: _, time, type, ...rest }) => ({ time, type, rest })),
  };
}

function describeCall({ begin, messages, headers, end }: TracedCall) {
  return {
    id: begin.call,
    from: begin.from,
    method: begin.method,
    brokerId: begin.brokerId,
    time: begin.time,
    metadata: begin.metadata,
    headers: headers?.metadata,
    trailers: end?.trailers,
    durationMs: end?.durationMs,
    status: end?.status ?? "OPEN",
    error: end && end.code !== 0 ? end.message : undefined,
    details: end?.details,
    messages: messages.map(({ from, time, size, message, bytes }) => ({
      from,
      time,
      size,
      text: shorten(message === undefined ? (bytes ?? "") : JSON.stringify(message, null, 2)),
      decoded: message !== undefined,
    })),
  };
}

function shorten(text: string): string {
  return text.length > maxMessageLength
    ? `${text.slice(0, maxMessageLength)}\n… ${text.length} characters in all`
    : text;
}
