// The host of src/host.ts in Go: host <plugin> [arguments of the plugin].
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"greeter"
	"greeter/proto"
)

func run(command string, args ...string) error {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  greeter.Handshake,
		Plugins:          plugin.PluginSet{"greeter": &greeter.Plugin{}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              exec.Command(command, args...),
		SyncStdout:       os.Stderr,
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Warn}),
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
	greeter := dispensed.(proto.GreeterClient)

	response, err := greeter.Greet(context.Background(), &proto.GreetRequest{Name: "Ada"})
	if err != nil {
		return err
	}
	fmt.Println(response.Greeting)

	stream, err := greeter.CountDown(context.Background(), &proto.CountDownRequest{From: 3})
	if err != nil {
		return err
	}
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Println(response.Left)
	}
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
