import type { Duplex } from "node:stream";
import { bool, emptyStruct, string, uint32 } from "@go-plugin/gob";
import { createRpcClient, method, RpcConnection } from "@go-plugin/netrpc";
import { Session, type Stream } from "@go-plugin/yamux";
import { after } from "../wire/grpc-client.js";
import type { StartedPlugin } from "./start.js";

const control = { Ping: method(bool, emptyStruct), Quit: method(bool, emptyStruct) };
const dispenser = { Dispense: method(string, uint32) };
const unknown = { Method: method(bool, emptyStruct) };

/** The outcome of a net/rpc call: a reply, an error of the server, or a broken or silent connection. */
export type RpcEnd = { readonly reply: unknown } | { readonly answered: string } | { readonly broken: string };

/** True if there was neither an answer nor an end of the connection. */
export const isUnanswered = (end: RpcEnd): boolean => "broken" in end && end.broken.startsWith(unanswered);

const unanswered = "no answer within";

/** The host's side of a net/rpc connection. */
export interface NetRpcHost {
  readonly session: Session;
  call(name: "Control.Ping" | "Control.Quit" | "Conformance.Method", timeoutMs: number): Promise<RpcEnd>;
  dispense(name: string, timeoutMs: number): Promise<RpcEnd>;
  close(): void;
}

/** Opens a session with its first three streams. */
export async function connectNetRpc(plugin: StartedPlugin): Promise<NetRpcHost> {
  const host = overConnection(await plugin.connect());
  const said = <A extends unknown[]>(call: (...args: A) => Promise<RpcEnd>) => {
    return async (...args: A) => {
      plugin.trace.say(`> ${args[0]}`);
      const end = await call(...args);
      plugin.trace.say(`< ${JSON.stringify(end)}`);
      return end;
    };
  };
  return { ...host, call: said(host.call), dispense: said(host.dispense) };
}

function overConnection(connection: Duplex): NetRpcHost {
  const session = new Session(connection, { role: "client" });
  const [first] = [session.open(), session.open(), session.open()] as [Stream, Stream, Stream];
  const rpc = new RpcConnection(first);
  const clients = {
    Control: createRpcClient(rpc, "Control", control),
    Dispenser: createRpcClient(rpc, "Dispenser", dispenser),
    Conformance: createRpcClient(rpc, "Conformance", unknown),
  };
  return {
    session,
    call: (name, timeoutMs) => {
      if (name === "Control.Ping") return endOf(clients.Control.ping(true), timeoutMs);
      if (name === "Control.Quit") return endOf(clients.Control.quit(true), timeoutMs);
      return endOf(clients.Conformance.method(true), timeoutMs);
    },
    dispense: (name, timeoutMs) => endOf(clients.Dispenser.dispense(name), timeoutMs),
    close: () => connection.destroy(),
  };
}

function endOf(call: Promise<unknown>, timeoutMs: number): Promise<RpcEnd> {
  const end = call.then(
    (reply) => ({ reply }),
    (error: Error) =>
      error.name === "RpcServerError" ? { answered: error.message } : { broken: error.message || String(error) },
  );
  return Promise.race([end, after(timeoutMs, { broken: `${unanswered} ${timeoutMs / 1000} s` })]);
}

/** True if a ping over this connection is answered. */
export async function pingOver(connection: Duplex, timeoutMs: number): Promise<boolean> {
  const host = overConnection(connection);
  const end = await host.call("Control.Ping", timeoutMs);
  host.close();
  return !("broken" in end);
}
