package scenario

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"os"
)

// TLSFlags is a fixed TLS configuration, the same for a host and for a plugin.
type TLSFlags struct {
	ca, cert, key, serverName, maxVersion *string
	anyClient                             *bool
}

func NewTLSFlags() *TLSFlags {
	return &TLSFlags{
		ca:         flag.String("tls-ca", "", "file of the certificates that the other side may have been signed by; turns TLS on"),
		cert:       flag.String("tls-cert", "", "file of this side's certificate"),
		key:        flag.String("tls-key", "", "file of its key"),
		serverName: flag.String("tls-server-name", "localhost", "the name that the other side's certificate has to be for"),
		maxVersion: flag.String("tls-max-version", "", "1.1 or 1.2"),
		anyClient:  flag.Bool("tls-any-client", false, "ask for no client certificate"),
	}
}

// Config returns nil for a plain connection.
func (f *TLSFlags) Config() (*tls.Config, error) {
	if *f.ca == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(*f.ca)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", *f.ca)
	}
	config := &tls.Config{RootCAs: pool, ClientCAs: pool, ServerName: *f.serverName, MinVersion: tls.VersionTLS10}
	if !*f.anyClient {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	switch *f.maxVersion {
	case "1.1":
		config.MaxVersion = tls.VersionTLS11
		// grpc-go's default cipher suites are newer than TLS 1.1.
		config.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
	case "1.2":
		config.MaxVersion = tls.VersionTLS12
	}
	if *f.cert != "" {
		pair, err := tls.LoadX509KeyPair(*f.cert, *f.key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
