// Command grpc-client makes the calls of behaviours: it reads one behaviour per line from stdin and writes one outcome
// per line to stdout.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"log"
	"math"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"

	"interop/behaviour"
)

type request struct {
	Calls []behaviour.Call
	// 0 is no limit.
	MaxReceive int
	MaxSend    int
	Gzip       bool
}

func main() {
	socket := flag.String("socket", "", "path to dial")
	flag.Parse()
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var r request
		if err := in.Decode(&r); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		outcomes, err := run(*socket, r)
		if err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(outcomes); err != nil {
			log.Fatal(err)
		}
	}
}

func run(socket string, r request) ([]*behaviour.Outcome, error) {
	limit := func(bytes int) int {
		if bytes == 0 {
			return math.MaxInt32
		}
		return bytes
	}
	options := []grpc.CallOption{grpc.MaxCallRecvMsgSize(limit(r.MaxReceive)), grpc.MaxCallSendMsgSize(limit(r.MaxSend))}
	if r.Gzip {
		options = append(options, grpc.UseCompressor(gzip.Name))
	}
	conn, err := grpc.Dial("unix:"+socket,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(options...))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return behaviour.Run(context.Background(), conn, r.Calls)
}
