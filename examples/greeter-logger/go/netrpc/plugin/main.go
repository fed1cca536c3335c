// The plugin of src/netrpc/plugin.ts in Go.
package main

import (
	"fmt"

	"github.com/hashicorp/go-plugin"

	"greeterlogger/netrpc"
)

type greeter struct{}

func (greeter) Greet(name string, logger netrpc.Logger) (string, error) {
	if err := logger.Log(fmt.Sprintf("Greeted %s", name)); err != nil {
		return "", err
	}
	return fmt.Sprintf("Hello, %s!", name), nil
}

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: netrpc.Handshake,
		Plugins:         plugin.PluginSet{"greeter": &netrpc.Plugin{Impl: greeter{}}},
	})
}
