// Package bench is shared by host and plugin, like programs/shared.ts in TypeScript.
package bench

import (
	"context"
	"net/rpc"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"bench/gen"
)

var Handshake = plugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "BENCH_PLUGIN",
	MagicCookieValue: "hello",
}

// GRPCPlugin serves what NewServer makes.
type GRPCPlugin struct {
	plugin.NetRPCUnsupportedPlugin
	NewServer func(*plugin.GRPCBroker) gen.BenchServer
}

// Dispensed is what a host dispenses over gRPC.
type Dispensed struct {
	gen.BenchClient
	Broker *plugin.GRPCBroker
}

func (p *GRPCPlugin) GRPCServer(broker *plugin.GRPCBroker, server *grpc.Server) error {
	gen.RegisterBenchServer(server, p.NewServer(broker))
	return nil
}

func (*GRPCPlugin) GRPCClient(_ context.Context, broker *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return &Dispensed{gen.NewBenchClient(conn), broker}, nil
}

// NetRPCPlugin serves Impl; a host gets the *rpc.Client.
type NetRPCPlugin struct{ Impl any }

func (p *NetRPCPlugin) Server(*plugin.MuxBroker) (any, error) { return p.Impl, nil }

func (*NetRPCPlugin) Client(_ *plugin.MuxBroker, client *rpc.Client) (any, error) { return client, nil }

// Record is the struct that net/rpc carries.
type Record struct {
	Numbers []int
	Entries map[string]int
}

// CPUMicros returns the CPU time that this process has used.
func CPUMicros() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Sec+usage.Stime.Sec)*1e6 + float64(usage.Utime.Usec+usage.Stime.Usec)
}

// HeldBytes returns the bytes in use after a garbage collection.
func HeldBytes() float64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

// RSSBytes returns the resident memory of this process, where the system reports it.
func RSSBytes() float64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, _ := strconv.ParseFloat(strings.Fields(string(statm))[1], 64)
	return pages * float64(os.Getpagesize())
}
