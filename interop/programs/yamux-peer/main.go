// Command yamux-peer holds one end of a session of the real yamux library and obeys commands.
//
//	yamux-peer [flags] client|server SOCKET
//
// It connects to the Unix socket, then reads commands from stdin, one per line: "TAG COMMAND ARGUMENT…". Each runs on
// its own and answers on stdout with "TAG ok RESULT" or "TAG err MESSAGE". It exits when stdin ends.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/hashicorp/yamux"
)

type peer struct {
	session *yamux.Session

	mu      sync.Mutex
	streams map[uint32]*stream
}

// stream counts its bytes, since the expected bytes depend on the position.
type stream struct {
	*yamux.Stream
	written, read int
}

// pattern returns the byte at a position of every stream. Its period is long, so lost, doubled or swapped bytes are
// noticed.
func pattern(position int) byte {
	return byte(position ^ position>>8 ^ position>>16)
}

func main() {
	config := yamux.DefaultConfig()
	config.LogOutput = os.Stderr
	flag.IntVar(&config.AcceptBacklog, "backlog", config.AcceptBacklog, "AcceptBacklog")
	flag.BoolVar(&config.EnableKeepAlive, "keepalive", config.EnableKeepAlive, "EnableKeepAlive")
	flag.DurationVar(&config.KeepAliveInterval, "keepalive-interval", config.KeepAliveInterval, "KeepAliveInterval")
	flag.DurationVar(&config.ConnectionWriteTimeout, "write-timeout", config.ConnectionWriteTimeout, "ConnectionWriteTimeout")
	flag.DurationVar(&config.StreamOpenTimeout, "open-timeout", config.StreamOpenTimeout, "StreamOpenTimeout")
	flag.DurationVar(&config.StreamCloseTimeout, "close-timeout", config.StreamCloseTimeout, "StreamCloseTimeout")
	window := flag.Uint("window", uint(config.MaxStreamWindowSize), "MaxStreamWindowSize")
	flag.Parse()
	config.MaxStreamWindowSize = uint32(*window)

	conn, err := net.Dial("unix", flag.Arg(1))
	check(err)
	start := yamux.Server
	if flag.Arg(0) == "client" {
		start = yamux.Client
	}
	session, err := start(conn, config)
	check(err)
	p := &peer{session: session, streams: map[uint32]*stream{}}

	var out sync.Mutex
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		go func() {
			result, err := p.run(fields[1], fields[2:])
			out.Lock()
			defer out.Unlock()
			if err != nil {
				fmt.Printf("%s err %v\n", fields[0], err)
			} else {
				fmt.Printf("%s ok %s\n", fields[0], result)
			}
		}()
	}
}

func (p *peer) run(command string, arguments []string) (string, error) {
	numbers := make([]int, len(arguments))
	for i, argument := range arguments {
		number, err := strconv.Atoi(argument)
		if err != nil {
			return "", err
		}
		numbers[i] = number
	}
	switch command {
	case "open":
		return p.add(p.session.OpenStream())
	case "accept":
		return p.add(p.session.AcceptStream())
	case "echo":
		return "", p.echo()
	case "ping":
		_, err := p.session.Ping()
		return "", err
	case "goaway":
		return "", p.session.GoAway()
	case "streams":
		return strconv.Itoa(p.session.NumStreams()), nil
	case "wait":
		<-p.session.CloseChan()
		for {
			// Go may return streams that nobody accepted first.
			if _, err := p.session.AcceptStream(); err != nil {
				return "", err
			}
		}
	case "shutdown":
		return "", p.session.Close()
	}

	p.mu.Lock()
	s := p.streams[uint32(numbers[0])]
	p.mu.Unlock()
	if s == nil {
		return "", fmt.Errorf("no stream %d", numbers[0])
	}
	switch command {
	case "write": // stream, bytes
		return s.writePattern(numbers[1])
	case "read": // stream, bytes
		return s.readPattern(numbers[1])
	case "drain": // stream
		return s.readPattern(-1)
	case "close": // stream
		return "", s.Close()
	}
	return "", fmt.Errorf("no command %s", command)
}

func (p *peer) add(s *yamux.Stream, err error) (string, error) {
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.streams[s.StreamID()] = &stream{Stream: s}
	return strconv.Itoa(int(s.StreamID())), nil
}

// echo returns each stream's bytes to it until the session ends.
func (p *peer) echo() error {
	for {
		s, err := p.session.AcceptStream()
		if err != nil {
			return err
		}
		go func() {
			defer s.Close()
			_, _ = io.Copy(s, s)
		}()
	}
}

func (s *stream) writePattern(count int) (string, error) {
	chunk := make([]byte, 100_000)
	for left := count; left > 0; {
		size := min(left, len(chunk))
		for i := range size {
			chunk[i] = pattern(s.written + i)
		}
		n, err := s.Write(chunk[:size])
		s.written += n
		left -= n
		if err != nil {
			return "", fmt.Errorf("after %d: %w", s.written, err)
		}
	}
	return strconv.Itoa(s.written), nil
}

// readPattern reads this many bytes, or with -1 all until the end, and returns their number.
func (s *stream) readPattern(count int) (string, error) {
	chunk := make([]byte, 100_000)
	total := 0
	for count < 0 || total < count {
		size := len(chunk)
		if count >= 0 {
			size = min(size, count-total)
		}
		n, err := s.Read(chunk[:size])
		for i := range n {
			if chunk[i] != pattern(s.read+i) {
				return "", fmt.Errorf("wrong byte at %d", s.read+i)
			}
		}
		s.read += n
		total += n
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fmt.Errorf("after %d: %w", total, err)
		}
	}
	return strconv.Itoa(total), nil
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "yamux-peer:", err)
		os.Exit(1)
	}
}
