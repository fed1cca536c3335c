// The plugin of src/plugin.ts in Go. Go plugins never check whether their host is alive.
package main

import (
	"context"
	"sync/atomic"

	"github.com/hashicorp/go-plugin"

	"hostupgrade"
	"hostupgrade/proto"
)

type server struct {
	proto.UnimplementedCounterServer
	total atomic.Uint32
}

func (s *server) Add(_ context.Context, request *proto.AddRequest) (*proto.AddResponse, error) {
	return &proto.AddResponse{Total: s.total.Add(request.Amount)}, nil
}

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: hostupgrade.Handshake,
		Plugins:         plugin.PluginSet{"counter": &hostupgrade.Plugin{Impl: &server{}}},
		GRPCServer:      plugin.DefaultGRPCServer,
	})
}
