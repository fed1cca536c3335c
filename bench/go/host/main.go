// Command host measures one plugin: host [flags] plugin [arguments]. It reads commands from stdin and answers each with
// one line: {"row":"unary","count":1000,"size":32} with {"p50":…,"p99":…}.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"bench"
)

var (
	protocol  = flag.String("protocol", "grpc", "grpc or netrpc")
	autoMTLS  = flag.Bool("mtls", false, "AutoMTLS")
	multiplex = flag.Bool("multiplex", false, "GRPCBrokerMultiplex")
)

type command struct {
	Row         string
	Count, Size int
}

type result map[string]float64

// measure runs one row on its plugin.
type measure func(command) (result, error)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	out := json.NewEncoder(os.Stdout)
	commands := json.NewDecoder(os.Stdin)
	var client *plugin.Client
	var steady measure
	for {
		var c command
		if err := commands.Decode(&c); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		measured, err := launchRow(c)
		if measured == nil && err == nil {
			if client == nil {
				client = newClient()
				defer client.Kill()
				if steady, err = connect(client); err != nil {
					return err
				}
			}
			measured, err = steady(c)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", c.Row, err)
		}
		if err := out.Encode(measured); err != nil {
			return err
		}
	}
	return nil
}

func newClient() *plugin.Client {
	cmd := exec.Command(flag.Arg(0), flag.Args()[1:]...)
	cmd.Env = append(os.Environ(), "BENCH_PROTOCOL="+*protocol)
	set := plugin.PluginSet{"bench": &bench.GRPCPlugin{}}
	if *protocol == "netrpc" {
		set = plugin.PluginSet{"bench": &bench.NetRPCPlugin{}}
	}
	return plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:     bench.Handshake,
		Plugins:             set,
		AllowedProtocols:    []plugin.Protocol{plugin.ProtocolGRPC, plugin.ProtocolNetRPC},
		Cmd:                 cmd,
		AutoMTLS:            *autoMTLS,
		GRPCBrokerMultiplex: *multiplex,
		SyncStdout:          &printed,
		Logger:              hclog.New(&hclog.LoggerOptions{Level: hclog.Error}),
	})
}

func dispense(client *plugin.Client) (any, error) {
	protocol, err := client.Client()
	if err != nil {
		return nil, err
	}
	return protocol.Dispense("bench")
}

func connect(client *plugin.Client) (measure, error) {
	dispensed, err := dispense(client)
	if err != nil {
		return nil, err
	}
	if *protocol == "netrpc" {
		return netRPC(dispensed)
	}
	return grpcRows(dispensed.(*bench.Dispensed)), nil
}
