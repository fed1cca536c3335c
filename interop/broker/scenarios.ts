import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Plugin } from "@go-plugin/host";
import { chunks, digestOf } from "./data.js";
import { failure } from "./failure.js";
import type { CallBackRequest, CallBackResponse_Reply, Digest, ProgressResponse } from "./gen/broker.js";
import type { CallerClient } from "./shared.js";
import { forEach, type Side } from "./side.js";

/** The host of a scenario: its side of the broker, and the plugin. */
export interface Host {
  readonly side: Side;
  readonly caller: CallerClient;
  /** The number of bytes to transfer. */
  readonly bytes: number;
  readonly plugin: Pick<Plugin, "pid" | "exited" | "ping" | "reattachConfig">;
  /** The directory of the host's and the plugin's sockets. */
  readonly directory: string;
  /** The output of the plugin so far. */
  stdout(): string;
}

type Scenario = (host: Host) => Promise<unknown>;

const mebibyte = 1 << 20;
/** An id that neither side has taken. */
const unusedId = 100_000;
/** A count has stalled once it has been the same this often in a row, with a call to the plugin each time. */
const stalledPolls = 100;

const noRequest: CallBackRequest = { ids: [], text: "", calls: 1, concurrent: false, together: 0 };

/** The scenarios of interop/scenario/scenarios.go, with the same outcomes. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  async ping({ plugin }) {
    return { error: await plugin.ping().then(() => "", failure) };
  },

  callback,
  "call-plugin": callPlugin,

  async "same-id-both-ways"({ side, caller }) {
    const id = unusedId + 1;
    await using _echo = side.serve(id);
    await caller.serveEcho({ id });
    const [host, plugin] = await Promise.all([
      side.say(id, { text: "same" }),
      callBack(caller, { ids: [id], text: "same" }),
    ]);
    return { host: toJson(host), plugin };
  },

  async "host-accepts-late"({ side, caller }) {
    const before = await caller.progress({});
    const id = side.broker.nextId();
    const called = callBack(caller, { ids: [id], text: "late" });
    await reached(caller, ({ dials }) => dials > before.dials);
    await using _echo = side.serve(id);
    return await called;
  },

  async "plugin-accepts-late"({ side, caller }) {
    const { id } = await caller.nextId({});
    const dialed = side.say(id, { text: "late" });
    await setImmediate();
    await caller.serveEcho({ id });
    return toJson(await dialed);
  },

  async "nobody-accepts"(host) {
    const [dialed, plugin] = await Promise.all([
      host.side.say(unusedId + 2, { text: "nobody" }),
      callBack(host.caller, { ids: [unusedId + 3], text: "nobody" }),
    ]);
    const after = [await callback(host), await callPlugin(host)];
    return { host: toJson(dialed), plugin, after };
  },

  async "dial-twice"({ side, caller }) {
    await using echo = side.serve();
    const { id } = await caller.serveEcho({ id: 0 });
    const [host, plugin] = await Promise.all([
      forEach(["first", "second"], false, (text) => side.say(id, { text })),
      callBack(caller, { ids: [echo.id, echo.id], text: "twice" }),
    ]);
    return { host: host.map(toJson), plugin };
  },

  async "dial-stopped"({ side, caller }) {
    const echo = side.serve();
    const { id } = await caller.serveEcho({ id: 0 });
    const request = { ids: [echo.id], text: "stopped" };
    const hostBefore = await side.say(id, { text: "stopped" });
    const pluginBefore = await callBack(caller, request);
    await echo.close();
    await caller.stopEcho({ id });
    const [hostAfter, pluginAfter] = await Promise.all([side.say(id, { text: "stopped" }), callBack(caller, request)]);
    return { host: [toJson(hostBefore), toJson(hostAfter)], plugin: [pluginBefore, pluginAfter] };
  },

  async "sequential-ids"({ side, caller }) {
    const replies = await forEach([...Array(20).keys()], false, async () => {
      await using echo = side.serve();
      return await callBack(caller, { ids: [echo.id], text: "next" });
    });
    return replies.flat();
  },

  // A hundred calls back, all in flight at once on one connection.
  async "concurrent-calls"({ side, caller }) {
    await using echo = side.serve();
    return await callBack(caller, { ids: [echo.id], text: "hello", calls: 100, concurrent: true, together: 100 });
  },

  // A hundred calls back, all in flight at once, each on a connection of its own.
  async "concurrent-callbacks"({ side, caller }) {
    const echoes = Array.from({ length: 100 }, () => side.serve());
    const ids = echoes.map(({ id }) => id);
    const replies = await callBack(caller, { ids, text: "hello", concurrent: true, together: 100 });
    for (const echo of echoes) await echo.close();
    return replies;
  },

  // The same from the host to services of the plugin.
  async "concurrent-dials"({ side, caller }) {
    // All at once: an offer is dropped when nobody dials it within five seconds.
    const ids = Array.from({ length: 100 }, (_, index) => unusedId + 100 + index);
    await forEach(ids, true, (id) => caller.serveEcho({ id }));
    const replies = await forEach(ids, true, (id) => side.say(id, { text: "hello", together: 100 }));
    for (const id of ids) await caller.stopEcho({ id });
    return replies.map(toJson);
  },

  async pull({ side, caller, bytes }) {
    await using echo = side.serve();
    return await intact(bytes, caller.pull({ id: echo.id, bytes, hold: false }));
  },

  async push({ side, caller, bytes }) {
    await using echo = side.serve();
    return await intact(bytes, caller.push({ id: echo.id, bytes, hold: false }));
  },

  async read({ side, caller, bytes }) {
    const { id } = await caller.serveEcho({ id: 0 });
    const digest = await intact(bytes, side.pull(id, bytes));
    await caller.stopEcho({ id });
    return digest;
  },

  async write({ side, caller, bytes }) {
    const { id } = await caller.serveEcho({ id: 0 });
    const digest = await intact(bytes, side.push(id, bytes));
    await caller.stopEcho({ id });
    return digest;
  },

  async "plugin-reads-slowly"({ side, caller }) {
    const bytes = 32 * mebibyte;
    await using echo = side.serve();
    const before = side.sent;
    const pulled = caller.pull({ id: echo.id, bytes, hold: true });
    const sent = await stalled(caller, () => side.sent - before);
    await caller.release({});
    return { stalled: sent < bytes / 2, digest: await pulled };
  },

  async "host-reads-slowly"({ side, caller }) {
    const bytes = 32 * mebibyte;
    const { id } = await caller.serveEcho({ id: 0 });
    const before = await caller.progress({});
    let sent = 0;
    const digest = await side.pull(id, bytes, async () => {
      sent = await stalled(caller, (now) => now.sent - before.sent);
    });
    await caller.stopEcho({ id });
    return { stalled: sent < bytes / 2, digest };
  },

  async "stdout-while-transferring"({ side, caller, stdout }) {
    const line = "a line of the plugin's own output";
    const count = 2000;
    await using echo = side.serve();
    const before = stdout().length;
    const [digest] = await Promise.all([
      caller.pull({ id: echo.id, bytes: 16 * mebibyte, hold: false }),
      caller.print({ line, count }),
    ]);
    const expected = `${line}\n`.repeat(count);
    while (stdout().length - before < expected.length) await setImmediate();
    return { digest, intact: stdout().slice(before) === expected };
  },

  // Both sides begin to serve an id just after its dialer has given up.
  async "accepted-too-late"(host) {
    const { side, caller } = host;
    const id = side.broker.nextId();
    const { id: pluginId } = await caller.nextId({});
    const request = { ids: [id], text: "too late" };
    const [dialed, called] = await Promise.all([side.say(pluginId, request), callBack(caller, request)]);
    await using _echo = side.serve(id);
    await caller.serveEcho({ id: pluginId });
    const after = [await callback(host), await callPlugin(host)];
    const calledAgain = await callBack(caller, request);
    const dialedAgain = await side.say(pluginId, request);
    return { host: [toJson(dialed), toJson(dialedAgain)], plugin: [called, calledAgain], after };
  },

  // Returns the owners and modes of the host's and the plugin's files while each serves an Echo to the other.
  async sockets({ side, caller, directory }) {
    await using echo = side.serve();
    const called = await callBack(caller, { ids: [echo.id], text: "sockets" });
    const { id } = await caller.serveEcho({ id: 0 });
    const said = toJson(await side.say(id, { text: "sockets" }));
    const files = readdirSync(directory, { recursive: true }).map((name) => {
      const { mode, gid } = statSync(join(directory, String(name)));
      return `${mode.toString(8)} ${gid}`;
    });
    await caller.stopEcho({ id });
    return { called, said, files: files.sort() };
  },

  // The plugin dies while it serves, calls, and is called.
  async killed({ side, caller, plugin }) {
    await using echo = side.serve();
    const { id } = await caller.serveEcho({ id: 0 });
    const called = caller
      .callBack({ ...noRequest, ids: [echo.id], text: "never", together: 2 })
      .then(() => "", failure);
    const dialed = side.say(id, { text: "never", together: 2 });
    await reached(caller, ({ waiting }) => waiting === 1 && side.barrier.waiting === 1);
    process.kill(plugin.pid, "SIGKILL");
    const outcome = { call: await called, brokeredCall: toJson(await dialed) };
    while (side.barrier.cancelled === 0) await setImmediate();
    await plugin.exited;
    return outcome;
  },
};

async function callback({ side, caller }: Host): Promise<Reply[]> {
  await using echo = side.serve();
  return await callBack(caller, { ids: [echo.id], text: "hello", calls: 2 });
}

async function callPlugin({ side, caller }: Host): Promise<Reply> {
  const { id } = await caller.serveEcho({ id: 0 });
  const reply = await side.say(id, { text: "hello", calls: 2 });
  await caller.stopEcho({ id });
  return toJson(reply);
}

type Reply = Pick<CallBackResponse_Reply, "id"> & Partial<CallBackResponse_Reply>;

/** A reply in Go's JSON, which omits empty fields. */
function toJson({ id, texts, count, error }: CallBackResponse_Reply): Reply {
  return { id, ...(texts.length > 0 && { texts }), ...(count > 0 && { count }), ...(error !== "" && { error }) };
}

async function callBack(caller: CallerClient, request: Partial<CallBackRequest>): Promise<Reply[]> {
  return (await caller.callBack({ ...noRequest, ...request })).replies.map(toJson);
}

async function intact(bytes: number, transferred: Promise<Digest>): Promise<Digest> {
  const [digest, expected] = await Promise.all([transferred, digestOf(chunks(bytes))]);
  if (digest.crc !== expected.crc) {
    throw new Error(`the data is damaged: expected ${JSON.stringify(expected)}, got ${JSON.stringify(digest)}`);
  }
  return digest;
}

async function reached(caller: CallerClient, condition: (now: ProgressResponse) => boolean): Promise<void> {
  while (!condition(await caller.progress({}))) await setImmediate();
}

/** The count once it has stopped growing. */
async function stalled(caller: CallerClient, count: (now: ProgressResponse) => number): Promise<number> {
  let last = 0;
  let same = 0;
  await reached(caller, (now) => {
    const current = count(now);
    same = current === last && current > 0 ? same + 1 : 0;
    last = current;
    return same === stalledPolls;
  });
  return last;
}
