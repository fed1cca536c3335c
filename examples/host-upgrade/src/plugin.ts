#!/usr/bin/env node
import { serve } from "@go-plugin/plugin";
import { counterPlugins } from "./shared.js";

let total = 0;

serve(
  counterPlugins,
  {
    1: {
      counter: {
        add({ amount }) {
          total += amount;
          return { total };
        },
      },
    },
  },
  // The plugin waits for the next host, however long that takes.
  { endWithHost: false },
);
