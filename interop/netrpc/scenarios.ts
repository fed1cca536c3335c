import { setImmediate } from "node:timers/promises";
import { gob } from "@go-plugin/gob";
import { RpcConnection } from "@go-plugin/netrpc";
import { ends } from "./ends.js";
import { failed } from "./failure.js";
import type { Host } from "./host.js";
import { type CallBackRequest, echoService, type Reply } from "./shared.js";
import { forEach } from "./side.js";
import { transfers } from "./transfers.js";
import { structures } from "./values.js";

export type Scenario = (host: Host) => Promise<unknown>;

const otherArguments = gob.struct("", { Other: gob.slice(gob.int) });

/** An id that neither side has taken. */
const unusedId = 100_000;

/** The scenarios of interop/netrpcscenario, with the same outcomes. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  ...transfers,
  ...ends,

  ping: ({ plugin }) => failed(plugin.ping()),

  callback,
  "call-plugin": callPlugin,

  // Each side dials the other side's service under the same id.
  async "same-id-both-ways"(host) {
    const id = unusedId + 1;
    await using _echo = host.side.serve(id);
    await host.caller.serveEcho(id);
    const [said, replies] = await Promise.all([
      host.side.say(id, { Text: "same" }),
      callBack(host, { IDs: [id], Text: "same" }),
    ]);
    return { host: toJson(said), plugin: replies };
  },

  // Fifty connections in each direction, with a call in flight on all of them at once.
  async "both-ways-at-once"(host) {
    const { side, caller } = host;
    const count = 50;
    const ours = Array.from({ length: count }, () => side.serve());
    const theirs = await forEach(ours, false, () => caller.serveEcho(0));
    const request = { IDs: ours.map(({ id }) => id), Text: "hello", Concurrent: true, Together: count };
    const called = callBack(host, request);
    const said = await forEach(theirs, true, (id) => side.say(id, request));
    const replies = await called;
    await Promise.all(ours.map((echo) => echo.close()));
    return { host: said.map(toJson), plugin: replies };
  },

  async "host-accepts-late"(host) {
    const before = await host.caller.progress({});
    const id = host.side.broker.nextId();
    const called = callBack(host, { IDs: [id], Text: "late" });
    await host.reached(({ Dials }) => Dials > before.Dials);
    await using _echo = host.side.serve(id);
    return await called;
  },

  async "plugin-accepts-late"({ side, caller }) {
    const id = await caller.nextId({});
    const said = side.say(id, { Text: "late" });
    await caller.progress({});
    await caller.serveEcho(id);
    return toJson(await said);
  },

  // Both sides dial ids that nobody accepts, and accept ids that nobody dials. Afterwards everything works as before.
  async "nobody-comes"(host) {
    const { side, caller } = host;
    const [dial, accept, pluginDial, pluginAccept] = await Promise.all([
      side.say(unusedId + 2, {}),
      failed(side.broker.accept(unusedId + 4)),
      callBack(host, { IDs: [unusedId + 3] }),
      caller.acceptNobody(unusedId + 5),
    ]);
    return {
      host: { dial: toJson(dial), accept },
      plugin: { dial: pluginDial, accept: pluginAccept },
      callback: await callback(host),
      callPlugin: await callPlugin(host),
    };
  },

  async "closed-client"({ side, caller }) {
    const echo = await side.broker.connect(await caller.serveEcho(0), echoService);
    let text = "";
    const say = async (Text: string) => {
      text = await echo.client.say({ Text });
    };
    const before = await failed(say("before"));
    await echo.close();
    return { before, after: await failed(say("after")), text };
  },

  // Each side closes the connection that the other calls on.
  async "hung-up-on"(host) {
    const { side, caller } = host;
    const theirs = await caller.nextId({});
    await caller.hangUp(theirs);
    const ours = side.broker.nextId();
    side.hangUp(ours);
    const replies = await callBack(host, { IDs: [ours] });
    return { host: toJson(await side.say(theirs, {})), plugin: replies };
  },

  // A hundred calls in flight at once, answered out of order.
  async "out-of-order"({ caller, reached }) {
    const order: number[] = [];
    const calls = Array.from({ length: 100 }, (_, number) => caller.hold(number).then((reply) => order.push(reply)));
    await reached(({ Waiting }) => Waiting === 100);
    for (let i = 0; i < 100; i++) {
      if (!(await caller.release((i * 37 + 11) % 100))) throw new Error("nothing was held");
      while (order.length === i) await setImmediate();
    }
    await Promise.all(calls);
    return order;
  },

  // The same on a brokered connection, with the host's Echo.
  async "out-of-order-back"({ side, caller, reached }) {
    await using echo = side.serve();
    const called = caller.holdMany(echo.id);
    while (side.waiting < 100) await setImmediate();
    for (let i = 0; i < 100; i++) {
      await reached(({ Answered }) => Answered === i);
      side.release((i * 37 + 11) % 100);
    }
    return await called;
  },

  // A call that was given up. Its reply arrives between others.
  async abandoned(host) {
    const { caller } = host;
    const abort = new AbortController();
    const call = caller.hold(1000, { signal: abort.signal });
    await host.reached(({ Waiting }) => Waiting === 1);
    abort.abort(new Error("enough"));
    const reason = await call.catch((error: Error) => error.message);
    if (reason !== "enough") throw new Error(`expected the signal's reason, got ${reason}`);
    await caller.release(1000);
    return await callPlugin(host);
  },

  // The errors of methods, and of calls to methods that do not exist.
  async errors({ side, caller }) {
    const result: Record<string, unknown> = {};
    for (const text of ["broken", "grüße, 世界", "long ".repeat(10_000)])
      result[text] = await failed(caller.fail(text));

    const client = new RpcConnection(await side.broker.dial(await caller.serveEcho(0)));
    for (const name of ["Nope.Say", "Plugin.Nope", "Plugin.Too.Many", "nodot", "", "."]) {
      result[`method ${name}`] = await failed(client.call(name, echoService.Say, { Text: "x" }));
    }
    const { Say, Fail } = echoService;
    result["argument of another kind"] = await failed(client.call("Plugin.Say", Fail, "text"));
    const other = { args: otherArguments, reply: Say.reply };
    result["argument of no kind"] = await failed(client.call("Plugin.Say", other, { Other: [1] }));
    let text = "";
    const say = async () => {
      text = await client.call("Plugin.Say", Say, { Text: "then" });
    };
    result.afterwards = { error: await failed(say()), text };
    client.close();

    await using echo = side.serve();
    result["of the host"] = await failed(caller.failThrough({ IDs: [echo.id], Text: "the host's own" }));
    return result;
  },

  async structures({ caller }) {
    const result: Record<string, unknown> = {};
    for (const [name, run] of Object.entries(structures)) result[name] = await run(caller);
    // JSON has no -0.
    return JSON.parse(JSON.stringify(result));
  },
};

async function callback(host: Host): Promise<unknown> {
  await using echo = host.side.serve();
  return await callBack(host, { IDs: [echo.id], Text: "hello", Calls: 2 });
}

async function callPlugin({ side, caller }: Host): Promise<unknown> {
  return toJson(await side.say(await caller.serveEcho(0), { Text: "hello", Calls: 2 }));
}

async function callBack({ caller }: Host, request: Partial<CallBackRequest>): Promise<unknown[]> {
  return (await caller.callBack(request)).map(toJson);
}

/** A reply in Go's JSON, which omits empty fields. */
function toJson({ ID, Texts, Count, Error: error }: Reply): unknown {
  return {
    id: ID,
    ...(Texts.length > 0 && { texts: Texts }),
    ...(Count > 0 && { count: Count }),
    ...(error !== "" && { error }),
  };
}
