// Package netrpcscenario is what a host and a plugin on the real go-plugin do to each other over net/rpc.
package netrpcscenario

import (
	"net/rpc"

	"github.com/hashicorp/go-plugin"
)

var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "NETRPC_PLUGIN",
	MagicCookieValue: "hello",
}

// Plugins is the set of both sides.
var Plugins = plugin.PluginSet{"caller": &callerPlugin{}}

type callerPlugin struct{}

func (*callerPlugin) Server(broker *plugin.MuxBroker) (any, error) {
	return newCaller(broker), nil
}

func (*callerPlugin) Client(broker *plugin.MuxBroker, client *rpc.Client) (any, error) {
	return &dispensed{client, broker}, nil
}

// dispensed is what a host has to do with: the plugin's Caller, and its own side of the broker.
type dispensed struct {
	client *rpc.Client
	broker *plugin.MuxBroker
}
