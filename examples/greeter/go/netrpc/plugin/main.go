// The plugin of src/netrpc/plugin.ts in Go.
package main

import (
	"fmt"

	"github.com/hashicorp/go-plugin"

	"greeter/netrpc"
)

type greeter struct{}

func (greeter) Greet(name string) (string, error) {
	return fmt.Sprintf("Hello, %s!", name), nil
}

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: netrpc.Handshake,
		Plugins:         plugin.PluginSet{"greeter": &netrpc.Plugin{Impl: greeter{}}},
	})
}
