import { createServer } from "node:net";
import type { ServerStream } from "../../packages/grpc/src/http2/server-stream.js";
import { ServerTransport } from "../../packages/grpc/src/http2/server-transport.js";

/** Long enough for h2spec to break a rule between its request and the answer to it. */
const delayMs = 30;

/** An HTTP/2 server on a free port that answers each complete request with fixed bytes after a delay. */
export async function answersLate(): Promise<{ readonly port: number; close(): void }> {
  const connections = new Set<ServerTransport>();
  const server = createServer((socket) => {
    const settings = { windowBytes: 65_535, maxHeaderListBytes: 64 * 1024, maxConcurrentStreams: 100 };
    const connection = new ServerTransport(socket, settings, {
      onStream: (stream) => answerLate(stream),
      onClose: () => connections.delete(connection),
    });
    connections.add(connection);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    close() {
      server.close();
      for (const connection of connections) connection.destroy();
    },
  };
}

function answerLate(stream: ServerStream): void {
  stream.listen({ onDrain() {}, onClose() {} });
  stream.input.read({
    onData() {},
    onEnd() {
      setTimeout(() => {
        stream.respond({ ":status": 200 });
        stream.output.end([Buffer.from("hello")]);
      }, delayMs);
    },
  });
}
