// Command reattach-host attaches the real library to a running plugin, puts and gets a value, kills the plugin, and
// prints a JSON report: reattach-host '{"Protocol":"grpc","Network":"unix",…}'.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/examples/grpc/shared"
)

type config struct {
	Protocol        plugin.Protocol
	ProtocolVersion int
	Network         string
	Address         string
	Pid             int
	Test            bool
}

type report struct {
	Value   string
	Version int
	// Exited is the library's answer after Kill.
	Exited bool
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(text string) error {
	var c config
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return err
	}
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  shared.Handshake,
		Plugins:          shared.PluginMap,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolNetRPC, plugin.ProtocolGRPC},
		Logger:           hclog.NewNullLogger(),
		Reattach: &plugin.ReattachConfig{
			Protocol:        c.Protocol,
			ProtocolVersion: c.ProtocolVersion,
			Addr:            &net.UnixAddr{Net: c.Network, Name: c.Address},
			Pid:             c.Pid,
			Test:            c.Test,
		},
	})
	protocol, err := client.Client()
	if err != nil {
		return err
	}
	if err := protocol.Ping(); err != nil {
		return err
	}
	name := shared.PluginGRPC
	if c.Protocol == plugin.ProtocolNetRPC {
		name = shared.PluginNetRPC
	}
	raw, err := protocol.Dispense(name)
	if err != nil {
		return err
	}
	kv := raw.(shared.KV)
	if err := kv.Put("reattached", []byte("hello")); err != nil {
		return err
	}
	value, err := kv.Get("reattached")
	if err != nil {
		return err
	}
	client.Kill()
	// The library polls once a second for the end of a process that it did not start.
	for deadline := time.Now().Add(10 * time.Second); !c.Test && !client.Exited() && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	return json.NewEncoder(os.Stdout).Encode(report{string(value), client.NegotiatedVersion(), client.Exited()})
}
