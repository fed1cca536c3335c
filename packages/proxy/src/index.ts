export type { Fault, FaultPlan, FaultPoint } from "./fault/fault-plan.js";
export { parseFaults } from "./fault/parse-faults.js";
export { RandomFaults } from "./fault/random-faults.js";
export { gobToJson } from "./netrpc/gob-to-json.js";
export { LineFormatter } from "./output/format-lines.js";
export { PcapPackets, pcapHeader } from "./output/pcap.js";
export { readTrace } from "./output/read-trace.js";
export { renderHtml } from "./output/render-html.js";
export type { RealExit } from "./process/real-plugin.js";
export { PluginProxy, type ProxyOptions } from "./proxy.js";
export { collectSessions, type TracedCall, type TracedSession } from "./trace/calls.js";
export { Redactor, type RedactorOptions, redacted } from "./trace/redactor.js";
export { statusNames } from "./trace/status-names.js";
export type {
  BrokerEvent,
  BytesEvent,
  CallEvent,
  ConnectionEndEvent,
  ConnectionEvent,
  EndEvent,
  ExitEvent,
  FaultEvent,
  HandshakeEvent,
  HeadersEvent,
  LogEvent,
  MessageEvent,
  NoteEvent,
  SchemaEvent,
  Side,
  StartEvent,
  StdioEvent,
  TraceEvent,
} from "./trace/trace-event.js";
