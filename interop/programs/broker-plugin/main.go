// Command broker-plugin is the plugin of the scenarios: broker-plugin [flags].
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"os"

	"github.com/hashicorp/go-plugin"

	"interop/scenario"
)

func main() {
	certificate := flag.String("announce-certificate", "", "announce this in place of the certificate that is used; \"none\" is an empty field")
	tlsFlags := scenario.NewTLSFlags()
	flag.Parse()
	config := &plugin.ServeConfig{
		HandshakeConfig: scenario.Handshake,
		Plugins:         scenario.Plugins,
		GRPCServer:      plugin.DefaultGRPCServer,
	}
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
}
