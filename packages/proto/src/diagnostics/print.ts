import { subscribe } from "node:diagnostics_channel";
import { debuglog } from "node:util";
import type { DiagnosticsEvents } from "./events.js";

const debug = debuglog("go-plugin");

const formats: { readonly [K in keyof DiagnosticsEvents]: (event: DiagnosticsEvents[K]) => string } = {
  "go-plugin:launch": ({ command, args, pid }) => `launch ${[command, ...args].join(" ")} pid=${pid}`,
  "go-plugin:handshake": ({ pid, handshake }) => `handshake pid=${pid} ${JSON.stringify(handshake)}`,
  "go-plugin:call.start": ({ side, method }) => `call.start ${side} ${method}`,
  "go-plugin:call.end": ({ side, method, code, details }) => `call.end ${side} ${method} code=${code} ${details}`,
  "go-plugin:broker": ({ protocol, action, id }) => `broker ${protocol} ${action} id=${id}`,
  "go-plugin:reconnect": () => "reconnect",
  "go-plugin:exit": ({ pid, code, signal, expected }) => `exit pid=${pid} ${signal ?? code} expected=${expected}`,
};

for (const [name, format] of Object.entries(formats)) {
  subscribe(name, (event) => debug("%s", (format as (event: unknown) => string)(event).trimEnd()));
}
