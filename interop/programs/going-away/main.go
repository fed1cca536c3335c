// Command going-away serves KV with grpc-go's keepalive parameters, which make it end its connections: as a plugin, or
// with -socket as a plain server until its stdin ends. A Get answers how often its key has been asked for.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"sync"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/examples/grpc/proto"
	"github.com/hashicorp/go-plugin/examples/grpc/shared"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

type counts struct {
	mutex sync.Mutex
	asked map[string]int
	total int
}

func (*counts) Put(string, []byte) error { return nil }

func (c *counts) Get(key string) ([]byte, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if key == "total" {
		return []byte(strconv.Itoa(c.total)), nil
	}
	c.total++
	c.asked[key]++
	return []byte(strconv.Itoa(c.asked[key])), nil
}

func main() {
	socket := flag.String("socket", "", "path to listen on, instead of being a plugin")
	age := flag.Duration("max-age", 0, "age at which a connection is ended")
	grace := flag.Duration("grace", 0, "time that calls have when the connection is ended; 0 for no limit")
	streams := flag.Uint("max-streams", 0, "calls that a connection takes at once")
	flag.Parse()
	options := []grpc.ServerOption{
		grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionAge: *age, MaxConnectionAgeGrace: *grace}),
	}
	if *streams > 0 {
		options = append(options, grpc.MaxConcurrentStreams(uint32(*streams)))
	}
	kv := &counts{asked: map[string]int{}}
	if *socket == "" {
		servePlugin(kv, options)
		return
	}
	listener, err := net.Listen("unix", *socket)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(options...)
	proto.RegisterKVServer(server, &shared.GRPCServer{Impl: kv})
	go func() { log.Fatal(server.Serve(listener)) }()
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func servePlugin(kv shared.KV, options []grpc.ServerOption) {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: shared.Handshake,
		Plugins:         plugin.PluginSet{shared.PluginGRPC: &shared.KVGRPCPlugin{Impl: kv}},
		Logger:          hclog.NewNullLogger(),
		GRPCServer: func(own []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(own, options...)...)
		},
	})
}
