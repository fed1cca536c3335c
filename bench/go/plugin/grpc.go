package main

import (
	"bytes"
	"context"
	"io"
	"os"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"bench"
	"bench/gen"
)

type server struct {
	gen.UnimplementedBenchServer
	broker *plugin.GRPCBroker
}

func (*server) Unary(_ context.Context, request *gen.Payload) (*gen.Payload, error) {
	return &gen.Payload{Data: request.Data}, nil
}

func (*server) Download(request *gen.DownloadRequest, stream grpc.ServerStreamingServer[gen.Payload]) error {
	payload := &gen.Payload{Data: make([]byte, request.Size)}
	for range request.Count {
		if err := stream.Send(payload); err != nil {
			return err
		}
	}
	return nil
}

func (*server) Upload(stream grpc.ClientStreamingServer[gen.Payload, gen.Empty]) error {
	for {
		if _, err := stream.Recv(); err == io.EOF {
			return stream.SendAndClose(&gen.Empty{})
		} else if err != nil {
			return err
		}
	}
}

func (*server) Echo(stream grpc.BidiStreamingServer[gen.Payload, gen.Payload]) error {
	for {
		payload, err := stream.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(payload); err != nil {
			return err
		}
	}
}

func (s *server) CallBack(ctx context.Context, request *gen.CallBackRequest) (*gen.CallBackResponse, error) {
	conn, err := s.broker.Dial(request.Id)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	callee := gen.NewCalleeClient(conn)
	payload := &gen.Payload{Data: make([]byte, 32)}
	times, err := bench.Time(int(request.Count), func() error {
		_, err := callee.Say(ctx, payload)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &gen.CallBackResponse{Micros: times.Micros(0.5)}, nil
}

func (*server) Print(_ context.Context, request *gen.PrintRequest) (*gen.Empty, error) {
	line := append(bytes.Repeat([]byte("x"), int(request.Size)-1), '\n')
	for range request.Count {
		if _, err := os.Stdout.Write(line); err != nil {
			return nil, err
		}
	}
	return &gen.Empty{}, nil
}

func (*server) Usage(_ context.Context, request *gen.UsageRequest) (*gen.UsageResponse, error) {
	response := &gen.UsageResponse{CpuMicros: bench.CPUMicros(), RssBytes: bench.RSSBytes()}
	if request.CollectGarbage {
		response.HeldBytes = bench.HeldBytes()
	}
	return response, nil
}
