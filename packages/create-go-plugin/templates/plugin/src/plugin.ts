#!/usr/bin/env node
import { serve } from "@go-plugin/plugin";
import { greeter } from "./greeter.js";
import { greeterPlugins } from "./shared.js";

serve(greeterPlugins, { 1: { greeter } });
