// Package scenario runs a host and a plugin on the real go-plugin against each other over brokered connections.
package scenario

import (
	"context"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"interop/scenario/gen"
)

var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "BROKER_PLUGIN",
	MagicCookieValue: "hello",
}

// Plugins is the set of both sides.
var Plugins = plugin.PluginSet{"caller": &callerPlugin{}}

type callerPlugin struct {
	plugin.NetRPCUnsupportedPlugin
}

func (*callerPlugin) GRPCServer(broker *plugin.GRPCBroker, server *grpc.Server) error {
	gen.RegisterCallerServer(server, newCaller(broker))
	return nil
}

func (*callerPlugin) GRPCClient(_ context.Context, broker *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return &dispensed{gen.NewCallerClient(conn), broker}, nil
}

// dispensed is what a host dispenses: the plugin's Caller, and the host's side of the broker.
type dispensed struct {
	gen.CallerClient
	broker *plugin.GRPCBroker
}
