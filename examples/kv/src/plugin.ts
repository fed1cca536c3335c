#!/usr/bin/env node
// The twin of HashiCorp's examples/grpc/plugin-go-grpc. It stores each value in a file in the current directory.
import { readFile, writeFile } from "node:fs/promises";
import { serve } from "@go-plugin/plugin";
import { kvPlugins } from "./shared.js";

serve(kvPlugins, {
  1: {
    kv_grpc: {
      async put({ key, value }) {
        await writeFile(`kv_${key}`, Buffer.concat([value, Buffer.from("\n\nWritten from plugin-typescript")]));
        return {};
      },
      async get({ key }) {
        return { value: await readFile(`kv_${key}`) };
      },
    },
  },
});
