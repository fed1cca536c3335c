import type { MethodDefinition } from "@go-plugin/grpc";
import { google, plugin } from "./gen/plugin.js";

interface Message<In, Out> {
  encode(message: In): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Out;
}

function method<ReqIn, ReqOut, ResIn, ResOut, const Req extends boolean, const Res extends boolean>(
  path: string,
  requestStream: Req,
  request: Message<ReqIn, ReqOut>,
  responseStream: Res,
  response: Message<ResIn, ResOut>,
): MethodDefinition<ReqIn, ReqOut, ResIn, ResOut> & { requestStream: Req; responseStream: Res } {
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: (message) => request.encode(message).finish(),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (message) => response.encode(message).finish(),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}

/** The announcements of brokered connections. Go: GRPCBroker. */
export const brokerService = {
  startStream: method("/plugin.GRPCBroker/StartStream", true, plugin.ConnInfo, true, plugin.ConnInfo),
};

/** A host ends the plugin here. Go: GRPCController. */
export const controllerService = {
  shutdown: method("/plugin.GRPCController/Shutdown", false, plugin.Empty, false, plugin.Empty),
};

/** The plugin's own output on its way to the host. Go: GRPCStdio. */
export const stdioService = {
  streamStdio: method("/plugin.GRPCStdio/StreamStdio", false, google.protobuf.Empty, true, plugin.StdioData),
};

export const StdioChannel = plugin.StdioData.Channel;
