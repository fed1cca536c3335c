import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { expect, test, vi } from "vitest";
import { silentLogger } from "../logger/logger.js";
import { BrokerStream } from "./broker-stream.js";
import { MultiplexedConnection } from "./multiplexed-connection.js";

test("a stream of the next connection is not for a knock that was answered on the last one", async () => {
  const path = join(tmpdir(), `multiplexed-connection-${process.pid}`);
  const listener = createServer().listen(path);
  const accept = async (): Promise<[Socket, Socket]> => {
    const accepted = once(listener, "connection") as Promise<[Socket]>;
    const dialed = connect(path);
    return [dialed, (await accepted)[0]];
  };
  const main = vi.fn((stream: Duplex) => stream.destroy());
  const brokered = vi.fn();
  const plugin = new MultiplexedConnection("server", main, { logger: silentLogger });
  const link = new BrokerStream();
  const transport = plugin.transport(link);
  transport.listen(1, brokered);
  const host = new MultiplexedConnection("client", () => {}, { logger: silentLogger });
  try {
    const [dialed, accepted] = await accept();
    host.use(dialed);
    plugin.use(accepted);
    link.onMessage({ serviceId: 1, knock: { knock: true } } as never);
    host.close();
    dialed.destroy();
    await vi.waitFor(() => expect(() => plugin.open()).toThrow("there is no connection"));

    const next = new MultiplexedConnection("client", () => {}, { logger: silentLogger });
    const [dialedAgain, acceptedAgain] = await accept();
    next.use(dialedAgain);
    plugin.use(acceptedAgain);
    next.open().on("error", () => {});
    await vi.waitFor(() => expect(main).toHaveBeenCalledOnce());
    expect(brokered).not.toHaveBeenCalled();
    next.close();
    dialedAgain.destroy();
  } finally {
    transport.close();
    plugin.close();
    listener.close();
  }
});
