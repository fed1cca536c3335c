// Command broker-host runs scenarios on a plugin and prints one JSON object for each: broker-host [flags] plugin [arguments].
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"

	"github.com/hashicorp/go-plugin"

	"interop/scenario"
)

var (
	scenarios = flag.String("scenarios", "", "names, separated by commas")
	bytes     = flag.Uint64("bytes", 64<<20, "how much to transfer")
	multiplex = flag.Bool("multiplex", false, "GRPCBrokerMultiplex")
	autoMTLS  = flag.Bool("auto-mtls", false, "AutoMTLS")
	detach    = flag.Bool("detach", false, "print a reattach configuration, wait for the end of stdin, and leave the plugin running")
	attach    = flag.String("reattach", "", "what -detach has printed")
	log       = flag.Bool("log", false, "print the log to stderr at the end")
	group     = flag.String("socket-group", "", "UnixSocketConfig.Group; the plugin is then run by a RunnerFunc")
	tlsFlags  = scenario.NewTLSFlags()
)

// reattachConfig is plugin.ReattachConfig in JSON.
type reattachConfig struct {
	Protocol        plugin.Protocol
	ProtocolVersion int
	Network         string
	Address         string
	Pid             int
	Test            bool
}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	out := json.NewEncoder(os.Stdout)
	config, err := clientConfig()
	if err != nil {
		return err
	}
	host, err := scenario.Start(config, *bytes)
	if err != nil {
		return err
	}
	if *log {
		defer func() { fmt.Fprint(os.Stderr, host.Log()) }()
	}
	for _, name := range strings.Split(*scenarios, ",") {
		if name == "" {
			continue
		}
		if err := out.Encode(host.Run(name)); err != nil {
			return err
		}
	}
	if *detach {
		if err := out.Encode(toJSON(host.ReattachConfig())); err != nil {
			return err
		}
		_, err := io.Copy(io.Discard, os.Stdin)
		return err
	}
	return out.Encode(host.End())
}

func clientConfig() (*plugin.ClientConfig, error) {
	tlsConfig, err := tlsFlags.Config()
	if err != nil {
		return nil, err
	}
	config := &plugin.ClientConfig{AutoMTLS: *autoMTLS, GRPCBrokerMultiplex: *multiplex, TLSConfig: tlsConfig}
	if *group != "" {
		config.UnixSocketConfig = &plugin.UnixSocketConfig{Group: *group, TempDir: os.TempDir()}
		config.RunnerFunc = runnerFunc(flag.Args())
		return config, nil
	}
	switch {
	case *attach != "":
		config.Reattach, err = fromJSON(*attach)
		return config, err
	case flag.NArg() == 0:
		return nil, fmt.Errorf("usage: broker-host [flags] plugin [arguments]")
	default:
		config.Cmd = exec.Command(flag.Arg(0), flag.Args()[1:]...)
		return config, nil
	}
}

func toJSON(config *plugin.ReattachConfig) reattachConfig {
	return reattachConfig{
		Protocol:        config.Protocol,
		ProtocolVersion: config.ProtocolVersion,
		Network:         config.Addr.Network(),
		Address:         config.Addr.String(),
		Pid:             config.Pid,
		Test:            config.Test,
	}
}

func fromJSON(text string) (*plugin.ReattachConfig, error) {
	var config reattachConfig
	if err := json.Unmarshal([]byte(text), &config); err != nil {
		return nil, err
	}
	var addr net.Addr = &net.UnixAddr{Net: config.Network, Name: config.Address}
	if config.Network == "tcp" {
		resolved, err := net.ResolveTCPAddr(config.Network, config.Address)
		if err != nil {
			return nil, err
		}
		addr = resolved
	}
	return &plugin.ReattachConfig{
		Protocol:        config.Protocol,
		ProtocolVersion: config.ProtocolVersion,
		Addr:            addr,
		Pid:             config.Pid,
		Test:            config.Test,
	}, nil
}
