import {
  type ClientInterceptor,
  type InterceptedResponse,
  type Message,
  type Metadata,
  type MethodDefinition,
  type ServerInterceptor,
  Status,
  StatusError,
} from "@go-plugin/proto";
import {
  type Attributes,
  type Context,
  context,
  type Histogram,
  metrics,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

/** Statuses that are the server's fault; the others say that the caller did something wrong. */
const serverErrors: ReadonlySet<Status> = new Set([
  Status.UNKNOWN,
  Status.DEADLINE_EXCEEDED,
  Status.UNIMPLEMENTED,
  Status.INTERNAL,
  Status.UNAVAILABLE,
  Status.DATA_LOSS,
]);

/** Makes interceptors that record a span and a duration for every call. Call it after the SDK has been set up. */
export function traceCalls(): { readonly client: ClientInterceptor; readonly server: ServerInterceptor } {
  const tracer = trace.getTracer("go-plugin");
  const meter = metrics.getMeter("go-plugin");
  const clientDuration = meter.createHistogram("rpc.client.duration", { unit: "ms" });
  const serverDuration = meter.createHistogram("rpc.server.duration", { unit: "ms" });

  const start = (kind: SpanKind, method: MethodDefinition, parent: Context, duration: Histogram) => {
    const name = method.path.slice(1);
    const [service, rpc] = name.split("/");
    const attributes = { "rpc.system": "grpc", "rpc.service": service!, "rpc.method": rpc! };
    const span = tracer.startSpan(name, { kind, attributes }, parent);
    return new TracedCall(span, kind, attributes, trace.setSpan(parent, span), duration);
  };

  return {
    client: (next) => async (call) => {
      const traced = start(SpanKind.CLIENT, call.method, context.active(), clientDuration);
      const set = (metadata: Metadata, key: string, value: string) => void metadata.set(key, value);
      propagation.inject(traced.context, call.options.metadata, { set });
      return traced.run(() => next(call));
    },
    server: (next) => async (call) => {
      // go-plugin's own services.
      if (call.method.path.startsWith("/plugin.")) return next(call);
      const parent = propagation.extract(context.active(), call.context.metadata, {
        get: (metadata, key) => (metadata.has(key) ? metadata.getAll(key).map(String) : undefined),
        keys: (metadata) => [...metadata.entries()].map(([key]) => key),
      });
      const traced = start(SpanKind.SERVER, call.method, parent, serverDuration);
      return traced.run(() => next(call));
    },
  };
}

class TracedCall {
  readonly #started = performance.now();
  #ended = false;

  constructor(
    private readonly span: Span,
    private readonly kind: SpanKind,
    private readonly attributes: Attributes,
    readonly context: Context,
    private readonly duration: Histogram,
  ) {}

  /** Runs the rest of the call with its span as the active one. */
  async run(next: () => Promise<InterceptedResponse>): Promise<InterceptedResponse> {
    try {
      const response = await context.with(this.context, next);
      if (response.stream) return { stream: true, message: this.#messages(response.message) };
      this.#end();
      return response;
    } catch (error) {
      this.#end(error);
      throw error;
    }
  }

  /** The span of a stream ends with the stream, or when the reader stops early. */
  async *#messages(messages: AsyncIterable<Message>): AsyncGenerator<Message> {
    const iterator = messages[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await context.with(this.context, () => iterator.next());
        if (done) return;
        yield value;
      }
    } catch (error) {
      this.#end(error);
      throw error;
    } finally {
      this.#end();
      await iterator.return?.();
    }
  }

  #end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const status = error === undefined ? undefined : StatusError.from(error);
    const outcome = { "rpc.grpc.status_code": status?.code ?? Status.OK };
    this.span.setAttributes(outcome);
    if (status && (this.kind === SpanKind.CLIENT || serverErrors.has(status.code))) {
      this.span.setStatus({ code: SpanStatusCode.ERROR, message: status.details });
      this.span.recordException(status);
    }
    this.span.end();
    this.duration.record(performance.now() - this.#started, { ...this.attributes, ...outcome });
  }
}
