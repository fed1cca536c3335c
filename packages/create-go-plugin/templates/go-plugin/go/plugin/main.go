// The plugin of src/plugin.ts in Go.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/go-plugin"

	"greeter"
	"greeter/proto"
)

type server struct {
	proto.UnimplementedGreeterServer
}

func (server) Greet(_ context.Context, request *proto.GreetRequest) (*proto.GreetResponse, error) {
	fmt.Printf("greeting %s\n", request.Name) // reaches the host, which shows it on its stderr
	return &proto.GreetResponse{Greeting: fmt.Sprintf("Hello, %s!", request.Name)}, nil
}

func (server) CountDown(request *proto.CountDownRequest, stream proto.Greeter_CountDownServer) error {
	for left := request.From; left > 0; left-- {
		if err := stream.Send(&proto.CountDownResponse{Left: left}); err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil
}

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: greeter.Handshake,
		Plugins:         plugin.PluginSet{"greeter": &greeter.Plugin{Impl: server{}}},
		GRPCServer:      plugin.DefaultGRPCServer,
	})
}
