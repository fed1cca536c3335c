// Command grpc-server serves the behaviour service on a unix socket until its stdin ends.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"os"

	"google.golang.org/grpc"

	"interop/behaviour"
)

func main() {
	socket := flag.String("socket", "", "path to listen on")
	maxReceive := flag.Int("max-receive", math.MaxInt32, "longest message to take, in bytes")
	maxHeaderList := flag.Uint("max-header-list", 16<<20, "longest header list to take, in bytes")
	flag.Parse()
	listener, err := net.Listen("unix", *socket)
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		if err := behaviour.Serve(listener, grpc.MaxRecvMsgSize(*maxReceive), grpc.MaxHeaderListSize(uint32(*maxHeaderList))); err != nil {
			log.Fatal(err)
		}
	}()
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
}
