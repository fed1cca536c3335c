#!/usr/bin/env node
import { serve } from "@go-plugin/plugin";
import { infoPlugins } from "./shared.js";

serve(infoPlugins, {
  1: { info: { describe: () => ({ name: "Clock", version: "1.4.0", language: "TypeScript" }) } },
});
