import type { Behaviour, CallSpec, Kind, ServerAction, Step } from "./behaviour.js";

const kinds: readonly Kind[] = ["unary", "serverStream", "clientStream", "bidiStream"];

/** A call whose first message tells the server what to do, with the request ended where it is a stream. */
function call(
  kind: Kind,
  actions: readonly ServerAction[],
  more: Partial<CallSpec> & { size?: number } = {},
): CallSpec {
  const { size = 0, steps = [], ...rest } = more;
  return { kind, ...rest, steps: [{ send: { size, actions } }, ...steps, { halfClose: true }] };
}

/** The same, but the client does not end its stream. */
function open(
  kind: Kind,
  actions: readonly ServerAction[],
  steps: readonly Step[],
  more: Partial<CallSpec> = {},
): CallSpec {
  return { kind, ...more, steps: [{ send: { actions } }, ...steps] };
}

const ok = call("unary", [{ reply: { size: 1 } }]);
const MiB = 1 << 20;
/** 28 MiB, of which 20 MiB must not be in flight: grpc-go alone lets its windows grow to 16 MiB. */
const stall = { count: 448, size: 65_536, limit: 320 };

const metadata = [
  { key: "x-text", text: "value, with a comma" },
  { key: "x-empty", text: "" },
  { key: "x-symbols", text: "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~" },
  { key: "x-all-bin", bytes: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)) },
  { key: "x-two-bin", bytes: Buffer.from([0]) },
  { key: "x-two-bin", bytes: Buffer.from([1, 2]) },
  { key: "x-empty-bin", bytes: Buffer.alloc(0) },
];
const several = ["one", "two, three", ""].map((text) => ({ key: "x-several", text }));
const largeMetadata = Array.from({ length: 8 }, (_, i) => ({ key: `x-large-${i}`, text: "v".repeat(6_000) }));

const texts = {
  empty: "",
  "one word": "word",
  "all of ASCII": Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join(""),
  "white space around": "\t\r\n text \n",
  percent: "100% of %41 %zz %",
  "UTF-8": "größer, 你好, 😀, \u2028",
  long: "é".repeat(2_000),
};

/** Every row runs on every pair of implementations. The expected outcome is that of grpc-go with grpc-go. */
export const behaviours: readonly Behaviour[] = [
  { name: "unary", calls: [call("unary", [{ echo: {} }], { size: 100, observe: true })] },
  { name: "server stream", calls: [call("serverStream", [{ reply: { count: 10, size: 1_000 } }], { observe: true })] },
  {
    name: "client stream",
    calls: [
      call("clientStream", [{ receiveAll: {} }, { reply: { size: 5 } }], {
        steps: [1, 1_000, 100_000].map((size) => ({ send: { size } })),
        observe: true,
      }),
    ],
  },
  {
    name: "bidirectional stream",
    calls: [
      call("bidiStream", [{ echo: {} }], {
        size: 3,
        steps: [10, 20, 30].flatMap((size) => [{ receive: 1 }, { send: { size } }]),
        observe: true,
      }),
    ],
  },
  ...kinds.map((kind) => ({
    name: `${kind}: empty messages`,
    calls: [call(kind, [{ reply: { count: 1 } }], { observe: true })],
  })),
  { name: "server stream without messages", calls: [call("serverStream", [], { observe: true })] },
  ...(["clientStream", "bidiStream"] as const).map((kind) => ({
    name: `${kind} without messages`,
    calls: [{ kind, steps: [{ halfClose: true }], observe: true }] satisfies CallSpec[],
  })),
  {
    name: "messages around the sizes of frames and windows",
    calls: [
      call("bidiStream", [{ echo: {} }], {
        steps: [0, 1, 16_378, 16_379, 16_380, 16_384, 32_768, 65_530, 65_535, 65_536, MiB].flatMap((size) => [
          { receive: 1 },
          { send: { size } },
        ]),
        observe: true,
      }),
    ],
  },
  { name: "64 MiB in a unary call", calls: [call("unary", [{ echo: {} }], { size: 64 * MiB, observe: true })] },
  { name: "16 MiB in a stream", calls: [call("bidiStream", [{ echo: {} }], { size: 16 * MiB, observe: true })] },
  {
    name: "many small messages to the client",
    calls: [call("serverStream", [{ reply: { count: 20_000, size: 10 } }])],
  },
  {
    name: "many small messages to the server",
    calls: [
      call("clientStream", [{ receiveAll: {} }], {
        steps: Array.from({ length: 5_000 }, () => ({ send: { size: 10 } })),
        observe: true,
      }),
    ],
  },
  {
    name: "100 unary calls at once",
    calls: [call("unary", [{ echo: {} }], { size: 10_000, concurrent: 100, observe: true })],
  },
  {
    name: "100 streams at once",
    calls: [
      call("bidiStream", [{ echo: {} }], {
        steps: [{ receive: 1 }, { send: { size: 20_000 } }, { receive: 1 }],
        concurrent: 100,
        observe: true,
      }),
    ],
  },

  ...kinds.map((kind) => ({
    name: `${kind}: metadata both ways`,
    calls: [
      call(kind, [{ headers: { entry: metadata } }, { trailers: { entry: metadata } }, { reply: {} }], {
        metadata,
        observe: true,
      }),
    ],
  })),
  {
    name: "several values of one key",
    calls: [
      call("unary", [{ headers: { entry: several } }, { trailers: { entry: several } }], {
        metadata: several,
        observe: true,
      }),
    ],
  },
  {
    name: "large metadata both ways",
    calls: [
      call("unary", [{ headers: { entry: largeMetadata } }, { trailers: { entry: largeMetadata } }], {
        metadata: largeMetadata,
        observe: true,
      }),
    ],
  },
  {
    name: "request metadata beyond the server's limit",
    server: { maxHeaderList: 16_384 },
    calls: [ok, call("unary", [], { metadata: largeMetadata }), ok],
  },
  ...kinds.map((kind) => ({
    name: `${kind}: headers before any message`,
    calls: [
      call(kind, [{ headers: { entry: metadata } }, { hold: {} }, { reply: {} }], {
        steps: [{ headers: true }, { release: true }],
      }),
    ],
  })),
  ...kinds.map((kind) => ({
    name: `${kind}: an error without headers, with trailers`,
    details: true,
    calls: [call(kind, [{ trailers: { entry: metadata } }, { fail: { code: 9, details: "not now" } }])],
  })),

  ...Array.from({ length: 16 }, (_, i) => ({
    name: `status code ${i + 1}`,
    details: true,
    calls: [call("unary", [{ fail: { code: i + 1, details: "größer 100% 😀" } }])],
  })),
  {
    name: "a status code that gRPC does not know",
    details: true,
    calls: [call("unary", [{ fail: { code: 42, details: "42" } }])],
  },
  ...Object.entries(texts).map(([name, details]) => ({
    name: `status text: ${name}`,
    details: true,
    calls: [call("unary", [{ fail: { code: 3, details } }])],
  })),
  ...kinds.map((kind) => ({
    name: `${kind}: an error that is no status`,
    details: true,
    calls: [call(kind, [{ error: "disk on fire" }])],
  })),
  ...(["serverStream", "bidiStream"] as const).map((kind) => ({
    name: `${kind}: an error between messages`,
    details: true,
    calls: [
      open(
        kind,
        [{ reply: { count: 3, size: 10 } }, { trailers: { entry: metadata } }, { fail: { code: 10, details: "stop" } }],
        [],
        {
          observe: true,
        },
      ),
    ],
  })),

  ...kinds.map((kind) => ({
    name: `${kind}: deadline`,
    calls: [open(kind, [{ awaitCancel: {} }], [], { timeoutMs: 300, observe: true })],
  })),
  {
    name: "deadline between messages",
    calls: [
      open("bidiStream", [{ reply: { count: 2 } }, { awaitCancel: {} }], [{ receive: 2 }], {
        timeoutMs: 300,
        observe: true,
      }),
    ],
  },
  {
    name: "deadline that is not reached",
    calls: [call("unary", [{ reply: {} }], { timeoutMs: 3_600_000, observe: true })],
  },
  ...kinds.map((kind) => ({
    name: `${kind}: cancelled after the headers`,
    calls: [
      open(kind, [{ headers: { entry: metadata } }, { awaitCancel: {} }], [{ headers: true }, { cancel: true }], {
        observe: true,
      }),
    ],
  })),
  {
    name: "cancelled between messages",
    calls: [
      open("bidiStream", [{ reply: { count: 2 } }, { awaitCancel: {} }], [{ receive: 2 }, { cancel: true }], {
        observe: true,
      }),
    ],
  },
  {
    name: "cancelled while the server sends",
    calls: [
      open("serverStream", [{ reply: { count: 1_000_000, size: 1_000 } }], [{ receive: 3 }, { cancel: true }], {
        observe: true,
      }),
      ok,
    ],
  },

  {
    name: "the server answers after the half close",
    calls: [
      call("bidiStream", [{ receiveAll: {} }, { reply: { count: 3, size: 7 } }], {
        steps: [{ send: { size: 1 } }],
        observe: true,
      }),
    ],
  },
  ...(["clientStream", "bidiStream"] as const).map((kind) => ({
    name: `${kind}: the server ends while the client still sends`,
    calls: [
      open(
        kind,
        [{ receive: 2 }, { reply: {} }],
        [1, 2, 3, 4].map((size) => ({ send: { size } })),
      ),
    ],
  })),
  ...(["clientStream", "bidiStream"] as const).map((kind) => ({
    name: `${kind}: the server fails while the client still sends`,
    details: true,
    calls: [
      open(
        kind,
        [{ receive: 2 }, { fail: { code: 7, details: "enough" } }],
        [1, 2, 3, 4].map((size) => ({ send: { size } })),
      ),
    ],
  })),

  ...kinds.map((kind) => ({
    name: `${kind}: unknown method`,
    calls: [call(kind, [], { path: "/interop.Behaviour/Unknown" })],
  })),
  { name: "unknown service", calls: [call("unary", [], { path: "/interop.Unknown/Unary" })] },
  { name: "a path without a method", calls: [call("unary", [], { path: "/interop.Behaviour" })] },

  {
    name: "a request beyond the server's limit",
    server: { maxReceive: MiB },
    calls: [call("unary", [{ reply: {} }], { size: MiB + 1 }), ok],
  },
  {
    name: "a streamed request beyond the server's limit",
    server: { maxReceive: MiB },
    calls: [open("bidiStream", [{ echo: {} }], [{ receive: 1 }, { send: { size: MiB + 1 } }]), ok],
  },
  {
    name: "a response beyond the client's limit",
    client: { maxReceive: MiB },
    calls: [call("unary", [{ reply: { size: MiB + 1 } }]), ok],
  },
  {
    name: "a streamed response beyond the client's limit",
    client: { maxReceive: MiB },
    calls: [
      call("serverStream", [{ reply: { size: 10 } }, { hold: {} }, { reply: { size: MiB + 1 } }], {
        steps: [{ receive: 1 }, { release: true }],
      }),
      ok,
    ],
  },
  {
    name: "a request beyond the client's own limit",
    client: { maxSend: MiB },
    calls: [call("unary", [], { size: MiB + 1 }), ok],
  },

  ...kinds.map((kind) => ({
    name: `${kind}: a compressed request to a server that does not decompress`,
    client: { gzip: true },
    calls: [call(kind, [{ reply: {} }], { size: 1_000 })],
  })),

  ...kinds.map((kind) => ({
    name: `${kind}: connection lost before the headers`,
    calls: [open(kind, [{ drop: {} }, { awaitCancel: {} }], [], { observe: true }), ok],
  })),
  ...kinds.map((kind) => ({
    name: `${kind}: connection lost after the headers`,
    calls: [
      open(
        kind,
        [{ headers: { entry: metadata } }, { hold: {} }, { drop: {} }],
        [{ headers: true }, { release: true }],
      ),
      ok,
    ],
  })),
  {
    name: "connection lost between messages",
    calls: [
      open(
        "bidiStream",
        [{ reply: { count: 3, size: 5 } }, { receive: 1 }, { drop: {} }, { awaitCancel: {} }],
        [{ receive: 3 }, { send: {} }],
        {
          observe: true,
        },
      ),
      ok,
    ],
  },
  {
    name: "connection lost while the client sends",
    calls: [
      open(
        "clientStream",
        [{ receive: 2 }, { drop: {} }],
        Array.from({ length: 50 }, () => ({ send: { size: 50_000 } })),
      ),
      ok,
    ],
  },
  {
    name: "graceful stop of the server",
    endsServer: true,
    calls: [
      call(
        "bidiStream",
        [{ reply: {} }, { receive: 1 }, { drain: {} }, { reply: {} }, { receive: 1 }, { reply: { size: 3 } }],
        {
          steps: [{ receive: 1 }, { send: {} }, { receive: 1 }, { untilUnavailable: true }, { send: {} }],
        },
      ),
    ],
  },

  ...(["serverStream", "bidiStream"] as const).flatMap((kind) => {
    const reply = { reply: { count: stall.count, size: stall.size } };
    return [
      {
        name: `${kind}: a client that does not read`,
        calls: [call(kind, [reply], { steps: [{ untilStalled: stall.limit }] })],
      },
      {
        name: `${kind}: a client that stops reading`,
        calls: [call(kind, [reply], { steps: [{ receive: 3 }, { untilStalled: stall.limit }] })],
      },
    ];
  }),
  ...(["clientStream", "bidiStream"] as const).map((kind) => ({
    name: `${kind}: a server that does not read`,
    calls: [
      call(kind, [{ hold: {} }, { receiveAll: {} }], {
        steps: [{ flood: { ...stall } }, { release: true }],
        observe: true,
      }),
    ],
  })),
];
