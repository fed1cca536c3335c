// Command broker-plugin is the plugin of the scenarios: broker-plugin [flags].
package main

import (
	"bufio"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

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
		announce(strings.TrimPrefix(*certificate, "none"))
	}
	plugin.Serve(config)
}

// announce replaces the sixth field of the handshake line, which Serve prints on what is os.Stdout now.
func announce(certificate string) {
	stdout := os.Stdout
	reader, writer, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	os.Stdout = writer
	go func() {
		lines := bufio.NewReader(reader)
		line, _ := lines.ReadString('\n')
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		if len(fields) > 5 {
			fields[5] = certificate
		}
		fmt.Fprintln(stdout, strings.Join(fields, "|"))
		_, _ = io.Copy(stdout, lines)
	}()
}
