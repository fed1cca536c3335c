// Package netrpc is what host and plugin share, as src/netrpc/shared.ts is in TypeScript.
package netrpc

import (
	"net/rpc"

	"github.com/hashicorp/go-plugin"
)

var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "GREETER_NETRPC_PLUGIN",
	MagicCookieValue: "hello",
}

type Greeter interface {
	Greet(name string) (string, error)
}

// Plugin serves Impl in a plugin; a host uses it with no Impl.
type Plugin struct {
	Impl Greeter
}

func (p *Plugin) Server(*plugin.MuxBroker) (any, error) {
	return &GreeterServer{p.Impl}, nil
}

func (*Plugin) Client(_ *plugin.MuxBroker, client *rpc.Client) (any, error) {
	return &greeterClient{client}, nil
}

// GreeterServer has the methods that net/rpc calls in the plugin. Their parameters cross the wire.
type GreeterServer struct{ impl Greeter }

func (s *GreeterServer) Greet(name string, greeting *string) (err error) {
	*greeting, err = s.impl.Greet(name)
	return err
}

// greeterClient makes the calls in the host.
type greeterClient struct{ client *rpc.Client }

func (c *greeterClient) Greet(name string) (greeting string, err error) {
	err = c.client.Call("Plugin.Greet", name, &greeting)
	return greeting, err
}
