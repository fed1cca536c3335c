import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  type HistogramMetricData,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { goProgram } from "../../interop/src/build-go.js";
import { example, run } from "../run.js";
import { greetAll } from "./src/greet.js";
import type { SpanLine } from "./src/span-lines.js";

const plugins = { Go: goProgram("opentelemetry-plugin"), TypeScript: example("opentelemetry/dist/plugin.js") };

let exporter: InMemorySpanExporter;
let measurements: InMemoryMetricExporter;
let meters: MeterProvider;
beforeEach(() => {
  exporter = new InMemorySpanExporter();
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  measurements = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: measurements })] });
  metrics.setGlobalMeterProvider(meters);
});
afterEach(async () => {
  await meters.shutdown();
  for (const api of [trace, metrics, propagation, context]) api.disable();
});

/** Runs the host in this process and collects its spans and those that the plugin printed. */
async function greet(plugin: keyof typeof plugins, ...names: string[]) {
  const stdout = new PassThrough();
  const printed = text(stdout);
  const outcome = await greetAll(names, { command: plugins[plugin], stdout }).catch((error: unknown) => error);
  stdout.end();
  const lines = (await printed).split("\n").filter((line) => line !== "");
  return { outcome, pluginSpans: lines.map((line): SpanLine => JSON.parse(line)) };
}

const hostSpans = (name: string, kind = SpanKind.CLIENT): ReadableSpan[] =>
  exporter.getFinishedSpans().filter((span) => span.name === name && span.kind === kind);

const greeted = ["plugin: greeting Ada", "Hello, Ada!", "3", "2"];

test("a TypeScript plugin's spans lie between the host's, on the way there and back", async () => {
  const { outcome, pluginSpans } = await greet("TypeScript", "Ada");
  expect(outcome).toEqual(greeted);

  const [root] = hostSpans("greet all", SpanKind.INTERNAL);
  const [call] = hostSpans("opentelemetry.Greeter/Greet");
  const [callback] = hostSpans("opentelemetry.Logger/Log", SpanKind.SERVER);
  const [log, served] = pluginSpans;
  const { traceId, spanId: rootId } = root!.spanContext();
  const { spanId: callId } = call!.spanContext();
  expect(call!.parentSpanContext?.spanId).toBe(rootId);
  expect(served).toMatchObject({ name: "opentelemetry.Greeter/Greet", traceId, parentSpanId: callId, statusCode: 0 });
  expect(log).toMatchObject({ name: "opentelemetry.Logger/Log", traceId, parentSpanId: served!.spanId });
  expect(callback!.spanContext().traceId).toBe(traceId);
  expect(callback!.parentSpanContext).toMatchObject({ spanId: log!.spanId, isRemote: true });
  expect(call!.attributes).toEqual({
    "rpc.system": "grpc",
    "rpc.service": "opentelemetry.Greeter",
    "rpc.method": "Greet",
    "rpc.grpc.status_code": 0,
  });
});

test("a Go plugin that only passes headers on leaves the trace whole", async () => {
  const { outcome, pluginSpans } = await greet("Go", "Ada");
  expect(outcome).toEqual(greeted);
  expect(pluginSpans).toEqual([]);
  const [call] = hostSpans("opentelemetry.Greeter/Greet");
  const [callback] = hostSpans("opentelemetry.Logger/Log", SpanKind.SERVER);
  const { traceId, spanId } = call!.spanContext();
  expect(callback!.parentSpanContext).toMatchObject({ traceId, spanId, isRemote: true });
});

describe.each(["TypeScript", "Go"] as const)("with a plugin in %s", (plugin) => {
  test("a call that fails is a span with the error", async () => {
    const { outcome } = await greet(plugin, "");
    expect(outcome).toMatchObject({ code: 3 });
    const [call] = hostSpans("opentelemetry.Greeter/Greet");
    expect(call!.status).toEqual({ code: SpanStatusCode.ERROR, message: "a name is needed" });
    expect(call!.attributes["rpc.grpc.status_code"]).toBe(3);
    expect(call!.events).toMatchObject([
      { name: "exception", attributes: { "exception.message": "INVALID_ARGUMENT: a name is needed" } },
    ]);
  });

  test("every call is measured, and a stream that is left is a call that ended", async () => {
    await greet(plugin, "Ada", "Grace");
    const [stream] = hostSpans("opentelemetry.Greeter/CountDown");
    expect(stream!.status.code).toBe(SpanStatusCode.UNSET);
    await meters.forceFlush();
    const counts = measurements
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics as HistogramMetricData[]))
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [descriptor.name, attributes["rpc.method"], value.count]),
      );
    expect(counts).toEqual([
      ["rpc.client.duration", "Greet", 2],
      ["rpc.client.duration", "CountDown", 1],
      ["rpc.server.duration", "Log", 2],
    ]);
  });
});

test("the page shows the interceptors as they are here", () => {
  const page = readFileSync(example("../docs/opentelemetry.md"), "utf8");
  expect(page).toContain(readFileSync(example("opentelemetry/src/telemetry.ts"), "utf8"));
});

test("the example prints one trace", async () => {
  const host = [process.execPath, example("opentelemetry/dist/host.js")] as const;
  const { code, stdout, stderr } = await run([...host, plugins.TypeScript]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.split("\n");
  const spans = lines.filter((line) => line.startsWith("{")).map((line): SpanLine => JSON.parse(line));
  expect(spans).toHaveLength(11);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(lines.filter((line) => !line.startsWith("{"))).toEqual([
    "plugin: greeting Ada",
    "Hello, Ada!",
    "plugin: greeting Grace",
    "Hello, Grace!",
    "3",
    "2",
    "",
  ]);
});
