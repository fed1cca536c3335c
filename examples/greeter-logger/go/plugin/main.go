// The plugin of src/plugin.ts in Go.
package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/go-plugin"

	"greeterlogger"
	"greeterlogger/proto"
)

type server struct {
	proto.UnimplementedGreeterServer
	broker *plugin.GRPCBroker
}

func (s *server) Greet(ctx context.Context, request *proto.GreetRequest) (*proto.GreetResponse, error) {
	conn, err := s.broker.Dial(request.LoggerId)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	message := fmt.Sprintf("greeting %s", request.Name)
	if _, err := proto.NewLoggerClient(conn).Log(ctx, &proto.LogRequest{Message: message}); err != nil {
		return nil, err
	}
	return &proto.GreetResponse{Greeting: fmt.Sprintf("Hello, %s!", request.Name)}, nil
}

func main() {
	newServer := func(broker *plugin.GRPCBroker) proto.GreeterServer { return &server{broker: broker} }
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: greeterlogger.Handshake,
		Plugins:         plugin.PluginSet{"greeter": &greeterlogger.Plugin{NewServer: newServer}},
		GRPCServer:      plugin.DefaultGRPCServer,
	})
}
