#!/usr/bin/env node
import { serve } from "@go-plugin/plugin";
import { greeterPlugins } from "./shared.js";

serve(greeterPlugins, { 1: { greeter: { greet: (name) => `Hello, ${name}!` } } });
