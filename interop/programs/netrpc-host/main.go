// Command netrpc-host runs net/rpc scenarios on a plugin and prints one JSON object for each: netrpc-host [flags] plugin [arguments].
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/hashicorp/go-plugin"

	"interop/netrpcscenario"
	"interop/scenario"
)

var (
	scenarios = flag.String("scenarios", "", "names, separated by commas")
	bytes     = flag.Uint64("bytes", 64<<20, "how much to transfer")
	autoMTLS  = flag.Bool("auto-mtls", false, "AutoMTLS")
	detach    = flag.Bool("detach", false, "print a reattach configuration, wait for the end of stdin, and leave the plugin running")
	log       = flag.Bool("log", false, "print the log to stderr at the end")
	tlsFlags  = scenario.NewTLSFlags()
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	out := json.NewEncoder(os.Stdout)
	tlsConfig, err := tlsFlags.Config()
	if err != nil {
		return err
	}
	config := &plugin.ClientConfig{
		AutoMTLS:  *autoMTLS,
		TLSConfig: tlsConfig,
		Cmd:       exec.Command(flag.Arg(0), flag.Args()[1:]...),
	}
	host, err := netrpcscenario.Start(config, *bytes)
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
		return leave(out, host)
	}
	return out.Encode(host.End())
}

// leave prints the configuration for another host to attach, and exits without ending the plugin.
func leave(out *json.Encoder, host *netrpcscenario.Host) error {
	config := host.ReattachConfig()
	err := out.Encode(map[string]any{
		"protocol": config.Protocol,
		"network":  config.Addr.Network(),
		"address":  config.Addr.String(),
		"pid":      config.Pid,
	})
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
