// Package netrpcscenario runs a host and a plugin on the real go-plugin against each other over net/rpc.
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

// dispensed is what a host dispenses: the plugin's Caller, and the host's side of the broker.
type dispensed struct {
	client *rpc.Client
	broker *plugin.MuxBroker
}
