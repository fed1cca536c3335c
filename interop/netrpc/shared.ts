import { definePlugins, method, netrpc, type RpcClient } from "@go-plugin/proto";
import { Caller, Echo, NewerRequest, registry } from "./gen/scenario.js";

export type { CallBackRequest, Progress, Reply } from "./gen/scenario.js";

/** The service that either side serves under a brokered id. */
export const echoService = Echo;

/** The plugin's part. */
export const callerService = Caller;

/** The host is newer than the plugin: it sends more fields, and knows fewer of those that it gets. */
export const newerCallerService = {
  ...callerService,
  EchoOlder: method(NewerRequest, callerService.EchoOlder.reply),
};
export type CallerClient = RpcClient<typeof newerCallerService>;

const cookie = { magicCookieKey: "NETRPC_PLUGIN", magicCookieValue: "hello" };

/** As the plugin serves them. */
export const callerPlugins = definePlugins({
  ...cookie,
  versions: { 1: netrpc({ caller: callerService }, { registry }) },
});

/** As the host uses them. */
export const hostPlugins = definePlugins({
  ...cookie,
  versions: { 1: netrpc({ caller: newerCallerService }, { registry }) },
});
