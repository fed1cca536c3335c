import { gob } from "@go-plugin/gob";
import { method, type RpcClient } from "@go-plugin/netrpc";
import { definePlugins, netrpc } from "@go-plugin/proto";
import * as structures from "./structures.js";

const any = gob.interface({ typed: true });

const SayRequest = gob.struct("SayRequest", { Text: gob.string, Together: gob.int });

/** What either side serves under a brokered id. */
export const echoService = {
  Say: method(SayRequest, gob.string),
  Hold: method(gob.int, gob.int),
  Fail: method(gob.string, gob.string),
};

const Reply = gob.struct("Reply", {
  ID: gob.uint32,
  Texts: gob.slice(gob.string),
  Count: gob.int,
  Error: gob.string,
});
export type Reply = gob.Infer<typeof Reply>;

const CallBackRequest = gob.struct("CallBackRequest", {
  IDs: gob.slice(gob.uint32),
  Text: gob.string,
  Calls: gob.int,
  Concurrent: gob.bool,
  Together: gob.int,
});
export type CallBackRequest = gob.Infer<typeof CallBackRequest>;

const TransferRequest = gob.struct("TransferRequest", { ID: gob.uint32, Bytes: gob.number(gob.uint64) });

const Digest = gob.struct("Digest", { Bytes: gob.number(gob.uint64), Crc: gob.uint32 });
export type Digest = gob.Infer<typeof Digest>;

const Progress = gob.struct("Progress", {
  Dials: gob.uint32,
  Sent: gob.number(gob.uint64),
  Waiting: gob.int,
  Answered: gob.int,
});
export type Progress = gob.Infer<typeof Progress>;

const PrintRequest = gob.struct("PrintRequest", { Stdout: gob.int, Stderr: gob.int });

/** A method that tells how it sees its argument, and sends it back. */
const echo = <T extends gob.AnyType>(type: T) => method(type, gob.struct("Echoed", { Saw: gob.string, Value: type }));

/** The plugin's part. Go: Caller. */
export const callerService = {
  NextId: method(gob.emptyStruct, gob.uint32),
  ServeEcho: method(gob.uint32, gob.uint32),
  CallBack: method(CallBackRequest, gob.slice(Reply)),
  AcceptNobody: method(gob.uint32, gob.string),
  Send: method(TransferRequest, gob.emptyStruct),
  Receive: method(TransferRequest, Digest),
  Bounce: method(gob.uint32, gob.emptyStruct),
  Hold: method(gob.int, gob.int),
  Release: method(gob.int, gob.bool),
  HoldMany: method(gob.uint32, gob.slice(gob.int)),
  Progress: method(gob.emptyStruct, Progress),
  Fail: method(gob.string, gob.string),
  FailThrough: method(CallBackRequest, gob.string),
  Print: method(PrintRequest, gob.emptyStruct),
  Exit: method(gob.int, gob.emptyStruct),
  Panic: method(gob.string, gob.emptyStruct),
  EchoHTTP: echo(structures.HTTPRequest),
  EchoNested: echo(structures.Nested),
  EchoTimes: echo(structures.Times),
  EchoErrors: echo(structures.Errors),
  EchoPointers: echo(structures.Pointers),
  EchoNumbers: echo(structures.Numbers),
  EchoBigs: echo(gob.ptr(structures.Bigs)),
  EchoEmbedded: echo(structures.Embedded),
  EchoArrays: echo(structures.Arrays),
  EchoTree: echo(gob.ptr(structures.Tree)),
  EchoOlder: echo(structures.OlderRequest),
  EchoAny: echo(any),
  PassAny: method(any, any),
  Blob: method(gob.bytes, gob.bytes),
};

/** The host is of a newer version than the plugin: it sends more, and knows less of what it gets. */
export const newerCallerService = {
  ...callerService,
  EchoOlder: method(structures.NewerRequest, callerService.EchoOlder.reply),
};
export type CallerClient = RpcClient<typeof newerCallerService>;

const cookie = { magicCookieKey: "NETRPC_PLUGIN", magicCookieValue: "hello" };
const { registry } = structures;

/** As the plugin serves them. */
export const callerPlugins = definePlugins({
  ...cookie,
  versions: { 1: netrpc({ caller: callerService }, { registry }) },
});

/** As the host uses them. */
export const hostPlugins = definePlugins({
  ...cookie,
  versions: { 1: netrpc({ caller: newerCallerService }, { registry }) },
});
