// Package discover is what host and plugin share, as src/shared.ts is in TypeScript.
package discover

import (
	"context"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"discover/proto"
)

var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "DISCOVER_PLUGIN",
	MagicCookieValue: "hello",
}

// Plugin serves Impl in a plugin.
type Plugin struct {
	plugin.NetRPCUnsupportedPlugin
	Impl proto.InfoServer
}

func (p *Plugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	proto.RegisterInfoServer(server, p.Impl)
	return nil
}

func (*Plugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return proto.NewInfoClient(conn), nil
}
