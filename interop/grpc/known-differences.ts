/** A row in which grpc-js differs from grpc-go. */
interface KnownDifference {
  readonly behaviour: string;
  /** The side on which grpc-js differs. */
  readonly side: "client" | "server" | "either";
  readonly reason: string;
  /** The outcome depends on timing. @default false */
  readonly sometimes?: boolean;
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
  ...[
    "unary: deadline",
    "serverStream: deadline",
    "clientStream: deadline",
    "bidiStream: deadline",
    "deadline between messages",
  ].map((behaviour) => ({
    behaviour,
    side: "client" as const,
    reason: "grpc-js takes it for a cancellation if the server's clock is first",
    sometimes: true,
  })),
  ...["serverStream", "bidiStream"].map((kind) => ({
    behaviour: `${kind}: a client that does not read`,
    side: "client" as const,
    reason: "grpc-js reads without bound until the first message is asked for",
  })),
];

/** Returns whether the row is expected to match grpc-go. Delete an entry above once its row matches. */
export function expectedComparison(behaviour: string, client: string, server: string): "equal" | "differs" | "unsure" {
  const difference = known.find(
    ({ side, ...difference }) =>
      difference.behaviour === behaviour &&
      ((client === "grpc-js" && side !== "server") || (server === "grpc-js" && side !== "client")),
  );
  if (difference === undefined) return "equal";
  return difference.sometimes ? "unsure" : "differs";
}
