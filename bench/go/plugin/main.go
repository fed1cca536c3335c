// Command plugin serves the measurements' services: BENCH_PROTOCOL is grpc or netrpc.
package main

import (
	"os"

	"github.com/hashicorp/go-plugin"

	"bench"
	"bench/gen"
)

func main() {
	set := plugin.PluginSet{"bench": &bench.GRPCPlugin{
		NewServer: func(broker *plugin.GRPCBroker) gen.BenchServer { return &server{broker: broker} },
	}}
	config := &plugin.ServeConfig{HandshakeConfig: bench.Handshake, GRPCServer: plugin.DefaultGRPCServer}
	if os.Getenv("BENCH_PROTOCOL") == "netrpc" {
		set = plugin.PluginSet{"bench": &bench.NetRPCPlugin{Impl: rpcServer{}}}
		config.GRPCServer = nil
	}
	config.Plugins = set
	plugin.Serve(config)
}
