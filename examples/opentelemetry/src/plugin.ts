#!/usr/bin/env node
import { Status, StatusError, serve } from "@go-plugin/plugin";
import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { greeterPlugins, loggerService } from "./shared.js";
import { SpanLines } from "./span-lines.js";
import { traceCalls } from "./telemetry.js";

new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new SpanLines())] }).register();
const traced = traceCalls();

serve(
  greeterPlugins,
  {
    1: {
      greeter: ({ broker }) => ({
        async greet({ name, loggerId }) {
          if (name === "") throw new StatusError(Status.INVALID_ARGUMENT, "a name is needed");
          await using logger = await broker.connect(loggerId, loggerService, { interceptors: [traced.client] });
          await logger.client.log({ message: `greeting ${name}` });
          return { greeting: `Hello, ${name}!` };
        },
        *countDown({ from }) {
          for (let left = from; left > 0; left--) yield { left };
        },
      }),
    },
  },
  { interceptors: [traced.server] },
);
