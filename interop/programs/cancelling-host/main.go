// Command cancelling-host gives up calls to a KV plugin, 64 at a time, while another call runs along: cancelling-host
// -count n plugin [arguments]. It prints, for each way of giving up, how many calls failed in another way.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/examples/grpc/proto"
	"github.com/hashicorp/go-plugin/examples/grpc/shared"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

// watch makes a call that never ends by itself.
func watch(ctx context.Context, health grpc_health_v1.HealthClient, leave bool) error {
	stream, err := health.Watch(ctx, &grpc_health_v1.HealthCheckRequest{Service: "plugin"})
	for err == nil {
		_, err = stream.Recv()
		if leave {
			break
		}
	}
	return err
}

func expectCode(err error, code codes.Code) error {
	if status.Code(err) == code {
		return nil
	}
	return fmt.Errorf("expected %v: %w", code, err)
}

var kinds = map[string]func(grpc_health_v1.HealthClient) error{
	"abort": func(health grpc_health_v1.HealthClient) error {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Millisecond, cancel)
		return expectCode(watch(ctx, health, false), codes.Canceled)
	},
	"deadline": func(health grpc_health_v1.HealthClient) error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		return expectCode(watch(ctx, health, false), codes.DeadlineExceeded)
	},
	"leave": func(health grpc_health_v1.HealthClient) error {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		return watch(ctx, health, true)
	},
}

func main() {
	count := flag.Int64("count", 1000, "calls to give up in each way")
	flag.Parse()
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  shared.Handshake,
		Plugins:          plugin.PluginSet{shared.PluginGRPC: &shared.KVGRPCPlugin{}},
		Cmd:              exec.Command(flag.Arg(0), flag.Args()[1:]...),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Logger:           hclog.NewNullLogger(),
	})
	defer client.Kill()
	protocol, err := client.Client()
	if err != nil {
		log.Fatal(err)
	}
	conn := protocol.(*plugin.GRPCClient).Conn
	health, kv := grpc_health_v1.NewHealthClient(conn), proto.NewKVClient(conn)
	failures := map[string]int64{}
	for name, cancel := range kinds {
		failures[name] = cancelMany(*count, func() error { return cancel(health) }, func() error {
			_, err := kv.Put(context.Background(), &proto.PutRequest{Key: "key"})
			return err
		})
	}
	_ = json.NewEncoder(os.Stdout).Encode(failures)
}

// cancelMany returns how many calls have failed of those that were given up and of those that ran along.
func cancelMany(count int64, cancel, along func() error) int64 {
	var failed atomic.Int64
	record := func(err error) {
		if err != nil {
			failed.Add(1)
			fmt.Fprintln(os.Stderr, err)
		}
	}
	done := make(chan struct{})
	var wait sync.WaitGroup
	for range 64 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for atomic.AddInt64(&count, -1) >= 0 {
				record(cancel())
			}
		}()
	}
	go func() { wait.Wait(); close(done) }()
	for {
		record(along())
		select {
		case <-done:
			return failed.Load()
		default:
		}
	}
}
