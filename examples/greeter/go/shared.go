// Package greeter is what host and plugin share, as src/shared.ts is in TypeScript.
package greeter

import (
	"context"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"greeter/proto"
)

var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "GREETER_PLUGIN",
	MagicCookieValue: "hello",
}

// Plugin serves Impl in a plugin; a host uses it with no Impl.
type Plugin struct {
	plugin.NetRPCUnsupportedPlugin
	Impl proto.GreeterServer
}

func (p *Plugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	proto.RegisterGreeterServer(server, p.Impl)
	return nil
}

func (*Plugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return proto.NewGreeterClient(conn), nil
}
