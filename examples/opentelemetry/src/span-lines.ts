import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";

/** A line that {@link SpanLines} prints. */
export interface SpanLine {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly statusCode: unknown;
}

/** Prints every span as a line of JSON, which reaches the host as the plugin's output. In production use an OTLP exporter. */
export class SpanLines implements SpanExporter {
  export(spans: ReadableSpan[], done: (result: { readonly code: 0 }) => void): void {
    for (const span of spans) {
      const { traceId, spanId } = span.spanContext();
      const parentSpanId = span.parentSpanContext?.spanId;
      const statusCode = span.attributes["rpc.grpc.status_code"];
      const line: SpanLine = { name: span.name, traceId, spanId, parentSpanId, statusCode };
      console.log(JSON.stringify(line));
    }
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {}
}
