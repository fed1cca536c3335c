// The host of src/netrpc/host.ts in Go: host <plugin> [arguments of the plugin].
package main

import (
	"fmt"
	"os"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"greeter/netrpc"
)

func run(command string, args ...string) error {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: netrpc.Handshake,
		Plugins:         plugin.PluginSet{"greeter": &netrpc.Plugin{}},
		Cmd:             exec.Command(command, args...),
		// go-plugin logs a warning if the plugin exits before its response to Quit has arrived, which Go plugins sometimes do.
		Logger: hclog.New(&hclog.LoggerOptions{Level: hclog.Error}),
	})
	defer client.Kill()

	protocol, err := client.Client()
	if err != nil {
		return err
	}
	dispensed, err := protocol.Dispense("greeter")
	if err != nil {
		return err
	}
	greeting, err := dispensed.(netrpc.Greeter).Greet("Alice")
	if err != nil {
		return err
	}
	fmt.Println(greeting)
	return nil
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: host <plugin> [arguments of the plugin]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
