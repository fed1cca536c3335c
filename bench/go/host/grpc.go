package main

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"

	"bench"
	"bench/gen"
)

var background = context.Background()

func grpcRows(client *bench.Dispensed) measure {
	return func(c command) (result, error) {
		payload := &gen.Payload{Data: make([]byte, c.Size)}
		unary := func() error {
			_, err := client.Unary(background, payload)
			return err
		}
		switch c.Row {
		case "unary":
			return latency(c.Count, unary)
		case "inflight":
			return withUsage(client, c.Count, func() error { return concurrently(c.Count, unary) })
		case "download":
			return rate(c.Count, func() error { return download(client, c) })
		case "upload":
			return rate(c.Count, func() error { return upload(client, c.Count, payload) })
		case "pingpong":
			return pingPong(client, c.Count, payload)
		case "pipelined":
			return rate(c.Count, func() error { return pipelined(client, c.Count, payload) })
		case "first-callback":
			return latency(c.Count, func() error {
				_, err := callBack(client, 1)
				return err
			})
		case "callback":
			response, err := callBack(client, c.Count)
			return result{"p50": response.GetMicros()}, err
		case "print":
			return rate(c.Count, func() error { return print(client, c) })
		case "memory":
			return memory(client, c.Count, func(count int) error { return concurrently(count, unary) })
		case "memory-callbacks":
			return memory(client, c.Count, func(count int) error {
				for range count {
					if _, err := callBack(client, 1); err != nil {
						return err
					}
				}
				return nil
			})
		}
		return nil, errors.New("no such row")
	}
}

func latency(count int, operation func() error) (result, error) {
	times, err := bench.Time(count, operation)
	if err != nil {
		return nil, err
	}
	return result{"p50": times.Micros(0.5), "p99": times.Micros(0.99)}, nil
}

func rate(count int, operation func() error) (result, error) {
	start := time.Now()
	err := operation()
	return result{"rate": float64(count) / time.Since(start).Seconds()}, err
}

// withUsage adds the CPU time that each of the operations took.
func withUsage(client *bench.Dispensed, count int, operation func() error) (result, error) {
	before, err := client.Usage(background, &gen.UsageRequest{})
	if err != nil {
		return nil, err
	}
	cpu := bench.CPUMicros()
	measured, err := rate(count, operation)
	if err != nil {
		return nil, err
	}
	measured["hostCpu"] = (bench.CPUMicros() - cpu) / float64(count)
	after, err := client.Usage(background, &gen.UsageRequest{})
	measured["pluginCpu"] = (after.GetCpuMicros() - before.CpuMicros) / float64(count)
	return measured, err
}

// memory compares the memory that both processes use after half of the operations and after all of them.
func memory(client *bench.Dispensed, count int, operate func(count int) error) (result, error) {
	measured := result{}
	for _, step := range []struct {
		name  string
		count int
	}{{"First", 0}, {"Early", count / 2}, {"Late", count - count/2}} {
		if err := operate(step.count); err != nil {
			return nil, err
		}
		usage, err := client.Usage(background, &gen.UsageRequest{CollectGarbage: true})
		if err != nil {
			return nil, err
		}
		measured["host"+step.name] = bench.HeldBytes()
		measured["plugin"+step.name] = usage.HeldBytes
		measured["pluginRss"] = usage.RssBytes
	}
	measured["hostGrowth"] = measured["hostLate"] / measured["hostEarly"]
	measured["pluginGrowth"] = measured["pluginLate"] / measured["pluginEarly"]
	return measured, nil
}

// concurrently keeps 64 operations in flight.
func concurrently(count int, operation func() error) error {
	var left atomic.Int64
	left.Store(int64(count))
	var workers sync.WaitGroup
	failures := make(chan error, 64)
	for range 64 {
		workers.Go(func() {
			for left.Add(-1) >= 0 {
				if err := operation(); err != nil {
					failures <- err
					return
				}
			}
		})
	}
	workers.Wait()
	close(failures)
	return <-failures
}

func download(client *bench.Dispensed, c command) error {
	stream, err := client.Download(background, &gen.DownloadRequest{Count: uint32(c.Count), Size: uint32(c.Size)})
	if err != nil {
		return err
	}
	for {
		if _, err := stream.Recv(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func upload(client *bench.Dispensed, count int, payload *gen.Payload) error {
	stream, err := client.Upload(background)
	if err != nil {
		return err
	}
	for range count {
		if err := stream.Send(payload); err != nil {
			return err
		}
	}
	_, err = stream.CloseAndRecv()
	return err
}

func pingPong(client *bench.Dispensed, count int, payload *gen.Payload) (result, error) {
	stream, err := client.Echo(background)
	if err != nil {
		return nil, err
	}
	measured, err := latency(count, func() error {
		if err := stream.Send(payload); err != nil {
			return err
		}
		_, err := stream.Recv()
		return err
	})
	if err != nil {
		return nil, err
	}
	return measured, end(stream)
}

func pipelined(client *bench.Dispensed, count int, payload *gen.Payload) error {
	stream, err := client.Echo(background)
	if err != nil {
		return err
	}
	room := make(chan struct{}, 64)
	sent := make(chan error, 1)
	go func() {
		for range count {
			room <- struct{}{}
			if err := stream.Send(payload); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	for range count {
		if _, err := stream.Recv(); err != nil {
			return err
		}
		<-room
	}
	if err := <-sent; err != nil {
		return err
	}
	return end(stream)
}

func end(stream grpc.BidiStreamingClient[gen.Payload, gen.Payload]) error {
	if err := stream.CloseSend(); err != nil {
		return err
	}
	if _, err := stream.Recv(); err != io.EOF {
		return errors.New("the stream does not end")
	}
	return nil
}

type callee struct{ gen.UnimplementedCalleeServer }

func (callee) Say(_ context.Context, request *gen.Payload) (*gen.Payload, error) { return request, nil }

// callBack lets the plugin call a service on a brokered connection of its own.
func callBack(client *bench.Dispensed, count int) (*gen.CallBackResponse, error) {
	id := client.Broker.NextId()
	var server *grpc.Server
	serving := make(chan struct{})
	go client.Broker.AcceptAndServe(id, func(options []grpc.ServerOption) *grpc.Server {
		server = grpc.NewServer(options...)
		gen.RegisterCalleeServer(server, callee{})
		close(serving)
		return server
	})
	// A knock is refused if it arrives before Accept has made its listener.
	<-serving
	response, err := client.CallBack(background, &gen.CallBackRequest{Id: id, Count: uint32(count)})
	server.Stop()
	return response, err
}

// byteCounter waits until a given number of bytes has arrived.
type byteCounter struct {
	count   atomic.Int64
	awaited atomic.Int64
	arrived chan struct{}
}

// printed counts what the plugin has printed.
var printed = byteCounter{arrived: make(chan struct{}, 1)}

func (c *byteCounter) Write(bytes []byte) (int, error) {
	if c.count.Add(int64(len(bytes))) == c.awaited.Load() {
		c.arrived <- struct{}{}
	}
	return len(bytes), nil
}

func print(client *bench.Dispensed, c command) error {
	printed.awaited.Add(int64(c.Count * c.Size))
	_, err := client.Print(background, &gen.PrintRequest{Count: uint32(c.Count), Size: uint32(c.Size)})
	if err == nil {
		<-printed.arrived
	}
	return err
}
