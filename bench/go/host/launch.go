package main

import (
	"context"
	"net/rpc"
	"os"
	"os/exec"
	"syscall"
	"time"

	"bench"
	"bench/gen"
)

// launchRow measures starts. It returns nil for a row that needs a running plugin.
func launchRow(c command) (result, error) {
	switch c.Row {
	case "launch":
		return launch(c.Count)
	case "process":
		return process(c.Count)
	}
	return nil, nil
}

func launch(count int) (result, error) {
	var starts, ends bench.Latencies
	for range count {
		start := time.Now()
		client := newClient()
		dispensed, err := dispense(client)
		if err != nil {
			return nil, err
		}
		if err := firstCall(dispensed); err != nil {
			return nil, err
		}
		started := time.Now()
		client.Kill()
		starts = append(starts, started.Sub(start))
		ends = append(ends, time.Since(started))
	}
	return result{"first": starts.Median() / 1e3, "close": ends.Median() / 1e3}, nil
}

func firstCall(dispensed any) error {
	if client, ok := dispensed.(*rpc.Client); ok {
		var reply []byte
		return client.Call("Plugin.Bytes", make([]byte, 32), &reply)
	}
	_, err := dispensed.(*bench.Dispensed).Unary(context.Background(), &gen.Payload{Data: make([]byte, 32)})
	return err
}

// process measures a program that ends by itself: the shortest time any program of its kind takes.
func process(count int) (result, error) {
	var times bench.Latencies
	var rss float64
	for range count {
		cmd := exec.Command(os.Getenv("BENCH_PROCESS"), "-e", "0")
		start := time.Now()
		if err := cmd.Run(); err != nil {
			return nil, err
		}
		times = append(times, time.Since(start))
		rss = float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) * 1024
	}
	return result{"first": times.Median() / 1e3, "pluginRss": rss}, nil
}
