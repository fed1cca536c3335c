#!/usr/bin/env node
// Computes a millisecond for each call of `compute`. Its argument: the number of worker threads, 0 for none.
import { serve } from "@go-plugin/plugin";
import { scalingPlugins } from "./scaling-shared.js";

const workers = Number(process.argv[2] ?? 0);
let result = 0;

/** A fixed amount of work; a deadline would let two of them share one core's millisecond. */
function compute(rounds: number): void {
  let value = 1;
  for (let n = 0; n < rounds; n++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
  result ^= value;
}

serve(
  scalingPlugins,
  {
    1: {
      scaling: {
        echo: (request: Uint8Array) => request,
        compute(request: Uint8Array) {
          compute(Buffer.from(request).readUInt32LE());
          return Buffer.from([result & 255]);
        },
      },
    },
  },
  workers > 0 ? { workers: { size: workers, methods: { scaling: ["compute"] } } } : {},
);
