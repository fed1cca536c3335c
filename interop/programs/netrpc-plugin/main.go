// Command netrpc-plugin is the plugin of the net/rpc scenarios: netrpc-plugin [flags].
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"os"

	"github.com/hashicorp/go-plugin"

	"interop/netrpcscenario"
	"interop/scenario"
)

func main() {
	outlives := flag.Bool("outlives-serve", false, "go on when the host has asked for the end")
	certificate := flag.String("announce-certificate", "", "announce this in place of the certificate that is used; \"none\" is an empty field")
	tlsFlags := scenario.NewTLSFlags()
	flag.Parse()
	config := &plugin.ServeConfig{HandshakeConfig: netrpcscenario.Handshake, Plugins: netrpcscenario.Plugins}
	fixed, err := tlsFlags.Config()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if fixed != nil {
		config.TLSProvider = func() (*tls.Config, error) { return fixed, nil }
	}
	if *certificate != "" {
		scenario.Announce(*certificate)
	}
	plugin.Serve(config)
	if *outlives {
		select {}
	}
}
