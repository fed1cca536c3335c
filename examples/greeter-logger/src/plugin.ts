#!/usr/bin/env node
import { serve } from "@go-plugin/plugin";
import { greeterPlugins, loggerService } from "./shared.js";

serve(greeterPlugins, {
  1: {
    greeter: ({ broker }) => ({
      async greet({ name, loggerId }) {
        await using logger = await broker.connect(loggerId, loggerService);
        await logger.client.log({ message: `greeting ${name}` });
        return { greeting: `Hello, ${name}!` };
      },
    }),
  },
});
