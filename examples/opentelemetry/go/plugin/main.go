// A plugin without OpenTelemetry: it only passes the headers of a call on with its own calls.
package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"opentelemetry"
	"opentelemetry/proto"
)

type server struct {
	proto.UnimplementedGreeterServer
	broker *plugin.GRPCBroker
}

// passOn returns a context for outgoing calls with the trace of the incoming one.
func passOn(ctx context.Context) context.Context {
	incoming, _ := metadata.FromIncomingContext(ctx)
	for _, name := range []string{"traceparent", "tracestate", "baggage"} {
		for _, value := range incoming.Get(name) {
			ctx = metadata.AppendToOutgoingContext(ctx, name, value)
		}
	}
	return ctx
}

func (s *server) Greet(ctx context.Context, request *proto.GreetRequest) (*proto.GreetResponse, error) {
	if request.Name == "" {
		return nil, status.Error(codes.InvalidArgument, "a name is needed")
	}
	conn, err := s.broker.Dial(request.LoggerId)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	message := fmt.Sprintf("greeting %s", request.Name)
	if _, err := proto.NewLoggerClient(conn).Log(passOn(ctx), &proto.LogRequest{Message: message}); err != nil {
		return nil, err
	}
	return &proto.GreetResponse{Greeting: fmt.Sprintf("Hello, %s!", request.Name)}, nil
}

func (*server) CountDown(request *proto.CountDownRequest, stream proto.Greeter_CountDownServer) error {
	for left := request.From; left > 0; left-- {
		if err := stream.Send(&proto.CountDownResponse{Left: left}); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	newServer := func(broker *plugin.GRPCBroker) proto.GreeterServer { return &server{broker: broker} }
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: opentelemetry.Handshake,
		Plugins:         plugin.PluginSet{"greeter": &opentelemetry.Plugin{NewServer: newServer}},
		GRPCServer:      plugin.DefaultGRPCServer,
	})
}
