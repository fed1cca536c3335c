// A plugin like src/plugin.ts, in Go.
package main

import (
	"context"

	"github.com/hashicorp/go-plugin"

	"discover"
	"discover/proto"
)

type server struct {
	proto.UnimplementedInfoServer
}

func (server) Describe(context.Context, *proto.DescribeRequest) (*proto.DescribeResponse, error) {
	return &proto.DescribeResponse{Name: "Weather", Version: "0.9.2", Language: "Go"}, nil
}

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: discover.Handshake,
		Plugins:         plugin.PluginSet{"info": &discover.Plugin{Impl: server{}}},
		GRPCServer:      plugin.DefaultGRPCServer,
	})
}
