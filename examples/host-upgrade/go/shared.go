// Package hostupgrade is what host and plugin share, as src/shared.ts is in TypeScript.
package hostupgrade

import (
	"context"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"hostupgrade/proto"
)

var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "HOST_UPGRADE_PLUGIN",
	MagicCookieValue: "hello",
}

// Plugin serves Impl in a plugin.
type Plugin struct {
	plugin.NetRPCUnsupportedPlugin
	Impl proto.CounterServer
}

func (p *Plugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	proto.RegisterCounterServer(server, p.Impl)
	return nil
}

func (*Plugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return proto.NewCounterClient(conn), nil
}
