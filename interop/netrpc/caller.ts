import { once } from "node:events";
import type { Broker, RpcImplementation } from "@go-plugin/proto";
import { patternLine } from "@go-plugin/test/commands";
import { receiveData, sendData } from "./data.js";
import { describe } from "./describe.js";
import { failure } from "./failure.js";
import { type callerService, echoService } from "./shared.js";
import { forEach, Side } from "./side.js";

/** The plugin's part of the scenarios. */
export function createCaller(broker: Broker): RpcImplementation<typeof callerService> {
  const side = new Side("plugin", broker);
  let dials = 0;
  let answered = 0;
  return {
    nextId: () => broker.nextId(),
    serveEcho: (id) => side.serve(id === 0 ? undefined : id).id,
    callBack: (request) =>
      forEach(request.IDs, request.Concurrent, (id) => {
        dials++;
        return side.say(id, request);
      }),
    acceptNobody: (id) =>
      broker.accept(id).then((connection) => {
        connection.destroy();
        return "";
      }, failure),
    send({ ID, Bytes }) {
      const send = async () =>
        sendData(Number(Bytes), await broker.accept(ID), (bytes) => {
          side.sent += bytes;
        });
      send().catch(() => {});
      return {};
    },
    receive: async ({ ID, Bytes }) => receiveData(await broker.accept(ID), Bytes > 0 ? () => side.hold(0) : undefined),
    bounce(id) {
      broker.accept(id).then(
        (connection) => connection.pipe(connection),
        () => {},
      );
      return {};
    },
    hangUp(id) {
      side.hangUp(id);
      return {};
    },
    hold: (number) => side.hold(number),
    release: (number) => side.release(number),
    async holdMany(id) {
      await using echo = await broker.connect(id, echoService);
      const order: number[] = [];
      answered = 0;
      await forEach([...Array(100).keys()], true, async (number) => {
        order.push(await echo.client.hold(number));
        answered++;
      });
      return order;
    },
    progress: () => ({ Dials: dials, Sent: side.sent, Waiting: side.waiting, Answered: answered }),
    fail(text) {
      throw new Error(text);
    },
    async failThrough({ IDs, Text }) {
      await using echo = await broker.connect(IDs[0]!, echoService);
      return await echo.client.fail(Text);
    },
    async print({ Stdout, Stderr }) {
      await Promise.all([print(process.stdout, Stdout), print(process.stderr, Stderr)]);
      return {};
    },
    exit: (code) => process.exit(code),
    panic(text) {
      setImmediate(() => {
        throw new Error(text);
      });
      return new Promise<never>(() => {});
    },
    echoHTTP: echo,
    echoNested: echo,
    echoTimes: echo,
    echoErrors: echo,
    echoPointers: echo,
    echoNumbers: echo,
    echoBigs: echo,
    echoEmbedded: echo,
    echoArrays: echo,
    echoTree: echo,
    echoOlder: echo,
    echoAny: echo,
    passAny: (value) => value,
    blob: (bytes) => bytes,
  };
}

function echo<T>(value: T): { Saw: string; Value: T } {
  return { Saw: JSON.stringify(describe(value)), Value: value };
}

/** Writes numbered 1 KiB lines as fast as the stream takes them. */
async function print(to: NodeJS.WriteStream, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    if (!to.write(patternLine(index))) await once(to, "drain");
  }
}
