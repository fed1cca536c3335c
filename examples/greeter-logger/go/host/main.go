// The host of src/host.ts in Go: host [--multiplex] [--auto-mtls] <plugin> [arguments of the plugin].
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"greeterlogger"
	"greeterlogger/proto"
)

type logger struct {
	proto.UnimplementedLoggerServer
}

func (logger) Log(_ context.Context, request *proto.LogRequest) (*proto.LogResponse, error) {
	fmt.Printf("plugin: %s\n", request.Message)
	return &proto.LogResponse{}, nil
}

func run(multiplex, autoMTLS bool, command string, args ...string) error {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:     greeterlogger.Handshake,
		Plugins:             plugin.PluginSet{"greeter": &greeterlogger.Plugin{}},
		AllowedProtocols:    []plugin.Protocol{plugin.ProtocolGRPC},
		GRPCBrokerMultiplex: multiplex,
		AutoMTLS:            autoMTLS,
		Cmd:                 exec.Command(command, args...),
		Logger:              hclog.New(&hclog.LoggerOptions{Level: hclog.Warn}),
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
	greeter := dispensed.(*greeterlogger.Client)

	for _, name := range []string{"Ada", "Grace"} {
		// An id is valid for one connection.
		id := greeter.Broker.NextId()
		ready := make(chan struct{}, 2)
		go func() {
			greeter.Broker.AcceptAndServe(id, func(options []grpc.ServerOption) *grpc.Server {
				server := grpc.NewServer(options...)
				proto.RegisterLoggerServer(server, logger{})
				ready <- struct{}{}
				return server
			})
			ready <- struct{}{}
		}()
		// A multiplexed broker refuses a plugin that dials before its listener exists.
		<-ready
		response, err := greeter.Greet(context.Background(), &proto.GreetRequest{Name: name, LoggerId: id})
		if err != nil {
			return err
		}
		fmt.Println(response.Greeting)
	}
	return nil
}

func main() {
	multiplex := flag.Bool("multiplex", false, "make brokered connections on the one that there is")
	autoMTLS := flag.Bool("auto-mtls", false, "secure the connections")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: host [--multiplex] [--auto-mtls] <plugin> [arguments of the plugin]")
		os.Exit(2)
	}
	if err := run(*multiplex, *autoMTLS, flag.Arg(0), flag.Args()[1:]...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
