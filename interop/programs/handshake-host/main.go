// Command handshake-host starts a plugin, pings it and ends it with the real library, and prints the outcome as JSON:
// handshake-host [flags] plugin [arguments].
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

var (
	protocol     = flag.String("protocol", "grpc", "the one that is allowed")
	multiplex    = flag.Bool("multiplex", false, "gRPC broker multiplexing")
	autoMTLS     = flag.Bool("auto-mtls", false, "AutoMTLS")
	startTimeout = flag.Duration("start-timeout", time.Minute, "until the handshake line")
)

type outcome struct {
	// Accepted is true when the host accepted the handshake line.
	Accepted bool `json:"accepted"`
	// Error is the reason why the line was refused, or why the plugin did not answer.
	Error string `json:"error,omitempty"`
}

func main() {
	flag.Parse()
	if err := json.NewEncoder(os.Stdout).Encode(try()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func try() outcome {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion: 1, MagicCookieKey: "BASIC_PLUGIN", MagicCookieValue: "hello",
		},
		Plugins:             plugin.PluginSet{},
		AllowedProtocols:    []plugin.Protocol{plugin.Protocol(*protocol)},
		GRPCBrokerMultiplex: *multiplex,
		AutoMTLS:            *autoMTLS,
		StartTimeout:        *startTimeout,
		Cmd:                 exec.Command(flag.Arg(0), flag.Args()[1:]...),
		Logger:              hclog.NewNullLogger(),
	})
	defer client.Kill()
	if _, err := client.Start(); err != nil {
		return outcome{Error: err.Error()}
	}
	if err := ping(client); err != nil {
		return outcome{Accepted: true, Error: err.Error()}
	}
	return outcome{Accepted: true}
}

func ping(client *plugin.Client) error {
	protocol, err := client.Client()
	if err != nil {
		return err
	}
	return protocol.Ping()
}
