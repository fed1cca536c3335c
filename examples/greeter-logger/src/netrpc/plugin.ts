#!/usr/bin/env node
import { serve } from "@go-plugin/plugin";
import { greeterPlugins, loggerService } from "./shared.js";

serve(greeterPlugins, {
  1: {
    greeter: ({ broker }) => ({
      async greet({ Name, LoggerID }) {
        await using logger = await broker.connect(LoggerID, loggerService);
        await logger.client.log(`Greeted ${Name}`);
        return `Hello, ${Name}!`;
      },
    }),
  },
});
