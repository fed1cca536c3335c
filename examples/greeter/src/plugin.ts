#!/usr/bin/env node
import { setTimeout } from "node:timers/promises";
import { serve } from "@go-plugin/plugin";
import { greeterPlugins } from "./shared.js";

serve(greeterPlugins, {
  1: {
    greeter: {
      greet({ name }) {
        console.log(`greeting ${name}`); // reaches the host, which shows it on its stderr
        return { greeting: `Hello, ${name}!` };
      },
      async *countDown({ from }, { signal }) {
        for (let left = from; left > 0; left--) {
          yield { left };
          await setTimeout(100, undefined, { signal });
        }
      },
    },
  },
});
