import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** A listener on a unix socket that knows its connections, to be able to lose them. */
export interface Listener {
  drop(): void;
  close(): void;
}

export async function listen(path: string, handle: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // Dropped connections end with errors on purpose.
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    handle(socket);
  });
  server.listen(path);
  await once(server, "listening");
  return {
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () => server.close(),
  };
}

/** A server of one of the implementations, listening. */
export interface RunningServer {
  stop(): Promise<void>;
}
