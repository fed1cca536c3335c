/** A row in which grpc-js, as it is, is not like grpc-go. */
interface KnownDifference {
  readonly behaviour: string;
  /** Where grpc-js has to be for it. */
  readonly side: "client" | "server" | "either";
  readonly reason: string;
}

const known: readonly KnownDifference[] = [
  {
    behaviour: "several values of one key",
    side: "either",
    reason: "grpc-js takes headers from node:http2 as an object, where they are joined to one text",
  },
  {
    behaviour: "request metadata beyond the server's limit",
    side: "either",
    reason: "as a server grpc-js has no such limit, as a client it does not ask for the server's",
  },
  ...["unary", "serverStream", "clientStream", "bidiStream"].map((kind) => ({
    behaviour: `${kind}: a compressed request to a server that does not decompress`,
    side: "server" as const,
    reason: "grpc-js decompresses",
  })),
  ...["serverStream", "bidiStream"].map((kind) => ({
    behaviour: `${kind}: a client that does not read`,
    side: "client" as const,
    reason: "grpc-js reads without bound until the first message is asked for",
  })),
];

/** Whether the row is known to differ between these two; if so it must, or the entry is to be deleted. */
export function isKnownDifference(behaviour: string, client: string, server: string): boolean {
  return known.some(
    (difference) =>
      difference.behaviour === behaviour &&
      ((client === "grpc-js" && difference.side !== "server") ||
        (server === "grpc-js" && difference.side !== "client")),
  );
}
