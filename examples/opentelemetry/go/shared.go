// Package opentelemetry is what host and plugin share, as src/shared.ts is in TypeScript.
package opentelemetry

import (
	"context"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"opentelemetry/proto"
)

var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "OPENTELEMETRY_PLUGIN",
	MagicCookieValue: "hello",
}

// Plugin serves what NewServer returns in a plugin; a host uses it without.
type Plugin struct {
	plugin.NetRPCUnsupportedPlugin
	NewServer func(*plugin.GRPCBroker) proto.GreeterServer
}

// Client is what a host has of the plugin.
type Client struct {
	proto.GreeterClient
	Broker *plugin.GRPCBroker
}

func (p *Plugin) GRPCServer(broker *plugin.GRPCBroker, server *grpc.Server) error {
	proto.RegisterGreeterServer(server, p.NewServer(broker))
	return nil
}

func (*Plugin) GRPCClient(_ context.Context, broker *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return &Client{proto.NewGreeterClient(conn), broker}, nil
}
