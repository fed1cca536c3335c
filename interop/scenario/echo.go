package scenario

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"interop/scenario/gen"
)

// side makes the Echos of host or plugin and counts their calls.
type side struct {
	name    string
	broker  *plugin.GRPCBroker
	sent    atomic.Uint64
	barrier *barrier
}

// echo answers with its side and its id, so a connection to the wrong one is noticed.
type echo struct {
	gen.UnimplementedEchoServer
	*side
	id uint32
}

func (e *echo) Say(ctx context.Context, request *gen.SayRequest) (*gen.SayResponse, error) {
	if request.Together > 0 {
		if err := e.barrier.wait(ctx, request.Together); err != nil {
			return nil, err
		}
	}
	return &gen.SayResponse{Text: fmt.Sprintf("%s %d: %s", e.name, e.id, request.Text)}, nil
}

func (e *echo) Read(request *gen.ReadRequest, stream gen.Echo_ReadServer) error {
	return sendData(request.Bytes, func(chunk *gen.Chunk) error {
		err := stream.Send(chunk)
		if err == nil {
			e.sent.Add(uint64(len(chunk.Data)))
		}
		return err
	})
}

func (e *echo) Write(stream gen.Echo_WriteServer) error {
	digest, err := receiveData(stream.Recv, notHeld)
	if err != nil {
		return err
	}
	return stream.SendAndClose(digest)
}

// serve serves an Echo; stop waits until it is gone.
func (s *side) serve(id uint32) (stop func()) {
	created, ended := make(chan *grpc.Server, 1), make(chan struct{})
	go func() {
		defer close(ended)
		s.broker.AcceptAndServe(id, func(options []grpc.ServerOption) *grpc.Server {
			server := grpc.NewServer(options...)
			gen.RegisterEchoServer(server, &echo{side: s, id: id})
			created <- server
			return server
		})
	}()
	// A multiplexed broker refuses a knock that arrives before its listener is ready.
	select {
	case server := <-created:
		return func() {
			server.Stop()
			<-ended
		}
	case <-ended:
		return func() {}
	}
}
