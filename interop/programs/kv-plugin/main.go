// Command kv-plugin serves KV from memory: kv-plugin grpc|netrpc [test]. In the real library's test mode it prints its
// reattach configuration as JSON, ends at the end of stdin or on a host's request, and then prints "closed".
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/examples/grpc/shared"
)

type memory struct{ values sync.Map }

func (m *memory) Put(key string, value []byte) error {
	m.values.Store(key, value)
	return nil
}

func (m *memory) Get(key string) ([]byte, error) {
	value, ok := m.values.Load(key)
	if !ok {
		return nil, fmt.Errorf("there is no %s", key)
	}
	return value.([]byte), nil
}

func main() {
	kv := &memory{}
	config := &plugin.ServeConfig{
		HandshakeConfig: shared.Handshake,
		Plugins:         plugin.PluginSet{shared.PluginNetRPC: &shared.KVPlugin{Impl: kv}},
		Logger:          hclog.NewNullLogger(),
	}
	if os.Args[1] == "grpc" {
		config.Plugins = plugin.PluginSet{shared.PluginGRPC: &shared.KVGRPCPlugin{Impl: kv}}
		config.GRPCServer = plugin.DefaultGRPCServer
	}
	if len(os.Args) > 2 {
		serveInTestMode(config)
	} else {
		plugin.Serve(config)
	}
}

func serveInTestMode(config *plugin.ServeConfig) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	configs, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	config.Test = &plugin.ServeTestConfig{Context: ctx, ReattachConfigCh: configs, CloseCh: closed}
	go plugin.Serve(config)
	c := <-configs
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"protocol": c.Protocol,
		"version":  c.ProtocolVersion,
		"network":  c.Addr.Network(),
		"address":  c.Addr.String(),
		"pid":      c.Pid,
		"test":     c.Test,
	})
	<-closed
	fmt.Println("closed")
}
