// Command streams measures a raw Unix socket, or a yamux session on one: streams [flags] listen|dial SOCKET. The first
// byte of a stream selects its mode: e echoes it; d drops it and answers with one byte at its end.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/hashicorp/yamux"

	"bench"
)

var multiplexed = flag.Bool("yamux", false, "a yamux session")

type command struct {
	Row         string
	Count, Size int
}

func main() {
	flag.Parse()
	run := dial
	if flag.Arg(0) == "listen" {
		run = listen
	}
	if err := run(flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func config() *yamux.Config {
	config := yamux.DefaultConfig()
	config.LogOutput = io.Discard
	return config
}

func listen(path string) error {
	listener, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	fmt.Println("listening")
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			if !*multiplexed {
				serve(conn)
				return
			}
			session, err := yamux.Server(conn, config())
			if err != nil {
				return
			}
			for {
				stream, err := session.Accept()
				if err != nil {
					return
				}
				go serve(stream)
			}
		}()
	}
}

func serve(stream net.Conn) {
	defer stream.Close()
	kind := make([]byte, 1)
	if _, err := io.ReadFull(stream, kind); err != nil {
		return
	}
	if kind[0] == 'e' {
		io.Copy(stream, stream)
		return
	}
	// The length comes first, since closing a yamux stream ends reading too, unlike a raw socket's half close.
	var length [8]byte
	if _, err := io.ReadFull(stream, length[:]); err != nil {
		return
	}
	var left int64
	for _, digit := range length {
		left = left<<8 | int64(digit)
	}
	if _, err := io.CopyN(io.Discard, stream, left); err == nil {
		stream.Write([]byte{0})
	}
}

func dial(path string) error {
	open := func() (net.Conn, error) { return net.Dial("unix", path) }
	if *multiplexed {
		conn, err := open()
		if err != nil {
			return err
		}
		session, err := yamux.Client(conn, config())
		if err != nil {
			return err
		}
		open = session.Open
	}
	out := json.NewEncoder(os.Stdout)
	commands := json.NewDecoder(os.Stdin)
	for {
		var c command
		if err := commands.Decode(&c); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		stream, err := open()
		if err != nil {
			return err
		}
		measure := pingPong
		if c.Row == "bulk" {
			measure = bulk
		}
		result, err := measure(stream, c)
		stream.Close()
		if err != nil {
			return err
		}
		if err := out.Encode(result); err != nil {
			return err
		}
	}
}

func pingPong(stream net.Conn, c command) (map[string]float64, error) {
	if _, err := stream.Write([]byte("e")); err != nil {
		return nil, err
	}
	payload := make([]byte, c.Size)
	times, err := bench.Time(c.Count, func() error {
		if _, err := stream.Write(payload); err != nil {
			return err
		}
		_, err := io.ReadFull(stream, payload)
		return err
	})
	if err != nil {
		return nil, err
	}
	return map[string]float64{"p50": times.Micros(0.5), "p99": times.Micros(0.99)}, nil
}

func bulk(stream net.Conn, c command) (map[string]float64, error) {
	start := time.Now()
	head := []byte{'d', 0, 0, 0, 0, 0, 0, 0, 0}
	for i, left := 8, c.Count*c.Size; left > 0; i, left = i-1, left>>8 {
		head[i] = byte(left)
	}
	payload := make([]byte, c.Size)
	if _, err := stream.Write(head); err != nil {
		return nil, err
	}
	for range c.Count {
		if _, err := stream.Write(payload); err != nil {
			return nil, err
		}
	}
	_, err := io.ReadFull(stream, head[:1])
	return map[string]float64{"rate": float64(c.Count) / time.Since(start).Seconds()}, err
}
