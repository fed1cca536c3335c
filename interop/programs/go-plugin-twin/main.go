// Command go-plugin-twin is the Go twin of the fixture plugin-on-command: a KV plugin whose Get obeys commands.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/examples/grpc/shared"
)

type commands struct {
	version int
	logger  hclog.Logger
}

func (commands) Put(string, []byte) error { return nil }

func (c commands) Get(text string) ([]byte, error) {
	name, argument, _ := strings.Cut(text, " ")
	switch name {
	case "version":
		return []byte(strconv.Itoa(c.version)), nil
	case "pid":
		return []byte(strconv.Itoa(os.Getpid())), nil
	case "print":
		fmt.Println(argument)
	case "print-error":
		fmt.Fprintln(os.Stderr, argument)
	case "stdout":
		return nil, writePattern(os.Stdout, argument)
	case "stderr":
		return nil, writePattern(os.Stderr, argument)
	case "log":
		for _, level := range []hclog.Level{hclog.Trace, hclog.Debug, hclog.Info, hclog.Warn, hclog.Error} {
			c.logger.Log(level, level.String()+" entry", "text", argument, "count", 3,
				"nested", map[string]bool{"yes": true}, "list", []string{"a", "b"})
		}
	case "exit":
		code, err := strconv.Atoi(argument)
		if err != nil {
			return nil, err
		}
		os.Exit(code)
	case "kill":
		signals := map[string]syscall.Signal{"SIGKILL": syscall.SIGKILL, "SIGINT": syscall.SIGINT}
		return nil, syscall.Kill(os.Getpid(), signals[argument])
	case "panic":
		go panic(errors.New(argument))
	case "fail":
		return nil, errors.New(argument)
	case "hang-for-ever":
		select {}
	default:
		return nil, fmt.Errorf("unknown command %q", text)
	}
	return nil, nil
}

// writePattern writes numbered 1 KiB lines.
func writePattern(file io.Writer, size string) error {
	bytes, err := strconv.Atoi(size)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 64<<10)
	for index := 0; index < bytes/1024; index++ {
		text := strconv.Itoa(index)
		if _, err := out.WriteString(text + strings.Repeat(".", 1023-len(text)) + "\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

func main() {
	if os.Getenv("FIXTURE_IGNORES_SIGTERM") != "" {
		signal.Ignore(syscall.SIGTERM)
	}
	logger := hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: os.Stderr, JSONFormat: true})
	versions := os.Getenv("FIXTURE_VERSIONS")
	if versions == "" {
		versions = "1"
	}
	sets := map[int]plugin.PluginSet{}
	for _, text := range strings.Split(versions, ",") {
		version, err := strconv.Atoi(text)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		sets[version] = plugin.PluginSet{
			shared.PluginGRPC: &shared.KVGRPCPlugin{Impl: commands{version: version, logger: logger}},
		}
	}
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: "BASIC_PLUGIN", MagicCookieValue: "hello"},
		VersionedPlugins: sets,
		GRPCServer:       plugin.DefaultGRPCServer,
		Logger:           logger,
	})
	if os.Getenv("FIXTURE_OUTLIVES_SERVE") != "" {
		select {}
	}
}
