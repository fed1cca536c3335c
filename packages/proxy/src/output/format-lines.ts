import type { JsonValue } from "@bufbuild/protobuf";
import type { CallEvent, Side, TraceEvent } from "../trace/trace-event.js";

const maxShown = 400;

/**
 * Turns events into lines for people, one after the other: it remembers the calls that are open.
 *
 * @example
 * ```ts
 * const lines = new LineFormatter();
 * for await (const event of proxy) {
 *   const line = lines.format(event);
 *   if (line !== undefined) console.error(line);
 * }
 * ```
 */
export class LineFormatter {
  readonly #calls = new Map<string, CallEvent>();
  #first: number | undefined;

  /** @returns undefined for what people do not miss. */
  format(event: TraceEvent): string | undefined {
    this.#first ??= event.time;
    const text = this.#text(event);
    if (text === undefined) return undefined;
    const seconds = ((event.time - this.#first) / 1000).toFixed(3).padStart(8);
    return `${seconds} ${event.session.slice(0, 4)} ${text}`;
  }

  #text(event: TraceEvent): string | undefined {
    switch (event.type) {
      case "start":
        return `start      ${[event.command, ...event.args].join(" ")} (pid ${event.pid})`;
      case "handshake": {
        const notes = [event.autoMtls ? "AutoMTLS" : "", event.multiplex ? "multiplexed" : ""].filter(
          (one) => one !== "",
        );
        return `handshake  version ${event.appVersion}, ${event.protocol} at ${event.network} ${event.address} after ${event.afterMs.toFixed(1)} ms${notes.length > 0 ? `, ${notes.join(", ")}` : ""}`;
      }
      case "schema":
        return undefined;
      case "connection":
        return `connection ${event.connection} by the ${event.from}${event.brokerId === undefined ? "" : `, broker id ${event.brokerId}`}`;
      case "connection-end":
        return `connection ${event.connection} ended by the ${event.by ?? "peer"}${event.error ? `: ${event.error}` : ""}`;
      case "call":
        this.#calls.set(`${event.session} ${event.call}`, event);
        return `${arrow(event.from)} #${event.call} ${event.method}${event.brokerId === undefined ? "" : ` (broker id ${event.brokerId})`}${shown(event.metadata as JsonValue)}`;
      case "message": {
        const call = this.#calls.get(`${event.session} ${event.call}`);
        if (isHousekeeping(call?.method)) return undefined;
        const content = event.message === undefined ? ` ${event.size} bytes` : shown(event.message);
        return `${arrow(event.from)} #${event.call}${content}`;
      }
      case "headers":
        return `           #${event.call} headers${shown(event.metadata as JsonValue)}`;
      case "end": {
        this.#calls.delete(`${event.session} ${event.call}`);
        const message = event.message === "" ? "" : ` ${event.message}`;
        return `end        #${event.call} ${event.method} ${event.status}${message} ${event.durationMs.toFixed(1)} ms${event.details.length > 0 ? shown([...event.details]) : ""}`;
      }
      case "stdio":
        return `${event.channel}     ${JSON.stringify(event.text)}`;
      case "log":
        return `log        [${event.level}] ${event.message}${shown(event.fields as JsonValue)}`;
      case "broker":
        return `broker     ${event.action} of id ${event.brokerId} by the ${event.from}${event.address ? ` at ${event.address}` : ""}${event.error ? `: ${event.error}` : ""}`;
      case "bytes":
        return `bytes      ${event.size} of the ${event.from} on connection ${event.connection}`;
      case "fault":
        return `FAULT      ${event.fault} at ${event.at}`;
      case "note":
        return `note       ${event.note}`;
      case "exit":
        return `exit       ${event.signal ?? `code ${event.code}`}`;
    }
  }
}

function arrow(from: Side): string {
  return from === "host" ? "host   ──▶" : "plugin ◀──";
}

/** Their messages are events of their own. */
function isHousekeeping(method: string | undefined): boolean {
  return method === "/plugin.GRPCStdio/StreamStdio" || method === "/plugin.GRPCBroker/StartStream";
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  if (text === "{}") return "";
  return ` ${text.length > maxShown ? `${text.slice(0, maxShown)}… (${text.length})` : text}`;
}
