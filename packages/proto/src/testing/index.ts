export { type TestedPlugin, type TestPluginOptions, testPlugin } from "./test-plugin.js";
