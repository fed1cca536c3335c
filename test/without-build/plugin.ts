import { serve } from "@go-plugin/plugin";
import { greeterPlugins } from "./shared.ts";

await serve(greeterPlugins, { 1: { greeter: { greet: (name) => `Hello, ${name}!` } } });
