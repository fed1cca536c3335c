// Package behaviour is the Go half of the behaviour table: a server whose calls do what they are told, and a client
// that takes steps and reports what came of them.
package behaviour

import (
	"context"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection"

	"interop/behaviour/gen"
)

// Server serves the behaviour service.
type Server struct {
	gen.UnimplementedBehaviourServer
	observations observations
	grpc         *grpc.Server
	listener     *listener
}

// Serve serves the behaviour service, health and reflection until the server is stopped.
func Serve(inner net.Listener, options ...grpc.ServerOption) error {
	s := &Server{grpc: grpc.NewServer(options...), listener: newListener(inner)}
	gen.RegisterBehaviourServer(s.grpc, s)
	healthpb.RegisterHealthServer(s.grpc, health.NewServer())
	reflection.Register(s.grpc)
	return s.grpc.Serve(s.listener)
}

func (s *Server) drain() {
	go s.grpc.GracefulStop()
	<-s.listener.closed
}

func (s *Server) Unary(ctx context.Context, request *gen.Message) (*gen.Message, error) {
	response := &gen.Message{}
	err := s.perform(&call{
		ctx:        ctx,
		receive:    once(request),
		send:       func(m *gen.Message) error { response = m; return nil },
		sendHeader: func(md metadata.MD) error { return grpc.SendHeader(ctx, md) },
		setTrailer: func(md metadata.MD) { _ = grpc.SetTrailer(ctx, md) },
	})
	return response, err
}

func (s *Server) ServerStream(request *gen.Message, stream gen.Behaviour_ServerStreamServer) error {
	return s.perform(&call{stream.Context(), once(request), stream.Send, stream.SendHeader, stream.SetTrailer})
}

func (s *Server) ClientStream(stream gen.Behaviour_ClientStreamServer) error {
	response := &gen.Message{}
	send := func(m *gen.Message) error { response = m; return nil }
	err := s.perform(&call{stream.Context(), stream.Recv, send, stream.SendHeader, stream.SetTrailer})
	if err != nil {
		return err
	}
	return stream.SendAndClose(response)
}

func (s *Server) BidiStream(stream gen.Behaviour_BidiStreamServer) error {
	return s.perform(&call{stream.Context(), stream.Recv, stream.Send, stream.SendHeader, stream.SetTrailer})
}

func (s *Server) Observe(ctx context.Context, request *gen.ObserveRequest) (*gen.Observation, error) {
	o := s.observations.of(request.Call)
	if !request.Running {
		select {
		case <-o.ended:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return o.snapshot(), nil
}

func (s *Server) Release(_ context.Context, request *gen.ReleaseRequest) (*gen.ReleaseResponse, error) {
	close(s.observations.of(request.Call).released)
	return &gen.ReleaseResponse{}, nil
}
