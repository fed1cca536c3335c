// Package netrpc is what host and plugin share, as src/netrpc/shared.ts is in TypeScript.
package netrpc

import (
	"net/rpc"

	"github.com/hashicorp/go-plugin"
)

var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "GREETER_LOGGER_NETRPC_PLUGIN",
	MagicCookieValue: "hello",
}

// Greeter is what the plugin does.
type Greeter interface {
	Greet(name string, logger Logger) (string, error)
}

// Logger is what the host does for the plugin.
type Logger interface {
	Log(message string) error
}

// Plugin serves Impl in a plugin; a host uses it with no Impl.
type Plugin struct {
	Impl Greeter
}

func (p *Plugin) Server(broker *plugin.MuxBroker) (any, error) {
	return &GreeterServer{p.Impl, broker}, nil
}

func (*Plugin) Client(broker *plugin.MuxBroker, client *rpc.Client) (any, error) {
	return &greeterClient{client, broker}, nil
}

// GreetArgs crosses the wire. An interface such as Logger cannot, but its broker id can.
type GreetArgs struct {
	Name     string
	LoggerID uint32
}

// GreeterServer has the methods that net/rpc calls in the plugin.
type GreeterServer struct {
	impl   Greeter
	broker *plugin.MuxBroker
}

func (s *GreeterServer) Greet(args GreetArgs, greeting *string) error {
	conn, err := s.broker.Dial(args.LoggerID)
	if err != nil {
		return err
	}
	logger := &loggerClient{rpc.NewClient(conn)}
	defer logger.client.Close()
	*greeting, err = s.impl.Greet(args.Name, logger)
	return err
}

// LoggerServer has the methods that net/rpc calls in the host.
type LoggerServer struct{ impl Logger }

func (s *LoggerServer) Log(message string, _ *struct{}) error {
	return s.impl.Log(message)
}

// greeterClient makes the calls in the host, and serves the Logger while the plugin works.
type greeterClient struct {
	client *rpc.Client
	broker *plugin.MuxBroker
}

func (c *greeterClient) Greet(name string, logger Logger) (greeting string, err error) {
	id := c.broker.NextId()
	go c.broker.AcceptAndServe(id, &LoggerServer{logger})
	err = c.client.Call("Plugin.Greet", GreetArgs{name, id}, &greeting)
	return greeting, err
}

// loggerClient makes the calls in the plugin.
type loggerClient struct{ client *rpc.Client }

func (c *loggerClient) Log(message string) error {
	return c.client.Call("Plugin.Log", message, &struct{}{})
}
