package main

import (
	"errors"
	"fmt"
	"net/rpc"

	"bench"
)

func netRPC(dispensed any) (measure, error) {
	client, ok := dispensed.(*rpc.Client)
	if !ok {
		return nil, errors.New("the plugin does not speak net/rpc")
	}
	record := bench.Record{Numbers: make([]int, 100), Entries: map[string]int{}}
	for i := range record.Numbers {
		record.Numbers[i] = i * 1000
	}
	for i := range 20 {
		record.Entries[fmt.Sprintf("entry %d", i)] = i
	}
	return func(c command) (result, error) {
		payload := make([]byte, c.Size)
		sendBytes := func() error {
			var reply []byte
			return client.Call("Plugin.Bytes", payload, &reply)
		}
		sendRecord := func() error {
			var reply bench.Record
			return client.Call("Plugin.Record", record, &reply)
		}
		switch c.Row {
		case "unary":
			return latency(c.Count, sendBytes)
		case "inflight":
			return rate(c.Count, func() error { return concurrently(c.Count, sendBytes) })
		case "record":
			return latency(c.Count, sendRecord)
		case "payload":
			return rate(c.Count, func() error {
				for range c.Count {
					if err := sendBytes(); err != nil {
						return err
					}
				}
				return nil
			})
		}
		return nil, errors.New("no such row")
	}, nil
}
