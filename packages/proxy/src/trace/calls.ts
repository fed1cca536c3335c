import type {
  CallEvent,
  EndEvent,
  HandshakeEvent,
  HeadersEvent,
  MessageEvent,
  SchemaEvent,
  StartEvent,
  TraceEvent,
} from "./trace-event.js";

/** A call with all that belongs to it. */
export interface TracedCall {
  readonly begin: CallEvent;
  readonly messages: MessageEvent[];
  headers: HeadersEvent | undefined;
  /** Undefined for one that had not ended when the trace did. */
  end: EndEvent | undefined;
}

/** One start of a plugin. */
export interface TracedSession {
  readonly session: string;
  start: StartEvent | undefined;
  handshake: HandshakeEvent | undefined;
  /** The last one, which has all. */
  schema: SchemaEvent | undefined;
  /** In the order in which they began. */
  readonly calls: TracedCall[];
  /** Events that belong to no call. */
  readonly others: TraceEvent[];
}

/**
 * Puts the events of each start together, and those of each call.
 *
 * @example
 * ```ts
 * for (const { session, calls } of collectSessions(readTrace("trace.jsonl"))) console.log(session, calls.length);
 * ```
 */
export function collectSessions(events: Iterable<TraceEvent>): TracedSession[] {
  const sessions = new Map<string, TracedSession>();
  const calls = new Map<string, TracedCall>();
  for (const event of events) {
    let session = sessions.get(event.session);
    if (!session) {
      session = {
        session: event.session,
        start: undefined,
        handshake: undefined,
        schema: undefined,
        calls: [],
        others: [],
      };
      sessions.set(event.session, session);
    }
    add(session, event, calls);
  }
  return [...sessions.values()];
}

function add(session: TracedSession, event: TraceEvent, calls: Map<string, TracedCall>): void {
  const call = "call" in event ? calls.get(`${event.session} ${event.call}`) : undefined;
  switch (event.type) {
    case "call": {
      const begun: TracedCall = { begin: event, messages: [], headers: undefined, end: undefined };
      calls.set(`${event.session} ${event.call}`, begun);
      session.calls.push(begun);
      return;
    }
    case "message":
      call?.messages.push(event);
      return;
    case "headers":
      if (call) call.headers = event;
      return;
    case "end":
      if (call) call.end = event;
      return;
    case "start":
      session.start = event;
      break;
    case "handshake":
      session.handshake = event;
      break;
    case "schema":
      session.schema = event;
      return;
  }
  session.others.push(event);
}
