// Command go-host takes a plugin through steps with the real library and prints a JSON report: go-host
// '{"versions":[1],"steps":["get version","kill"]}' plugin [arguments].
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/examples/grpc/shared"
	"google.golang.org/grpc/status"
)

type plan struct {
	Versions []int    `json:"versions"`
	Steps    []string `json:"steps"`
}

// result is the outcome of a step.
type result struct {
	Step  string `json:"step"`
	Value string `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

type report struct {
	Results []result `json:"results"`
	// Exited is the library's answer, ExitCode and Signal are the system's.
	Exited   bool   `json:"exited"`
	ExitCode int    `json:"exitCode"`
	Signal   string `json:"signal,omitempty"`
	Stdout   output `json:"stdout"`
	Stderr   output `json:"stderr"`
	// Raw is the plugin's real stderr.
	Raw string `json:"raw"`
	// Log has the library's own entries and those that it parsed from Raw.
	Log []map[string]any `json:"log"`
}

// output computes a digest of the plugin's output.
type output struct {
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
	Start  string `json:"start"`
}

type digest struct {
	mu    sync.Mutex
	hash  hash.Hash
	bytes int
	start []byte
}

func (d *digest) Write(data []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hash.Write(data)
	d.bytes += len(data)
	if room := 1024 - len(d.start); room > 0 {
		d.start = append(d.start, data[:min(room, len(data))]...)
	}
	return len(data), nil
}

func (d *digest) output() output {
	d.mu.Lock()
	defer d.mu.Unlock()
	return output{Bytes: d.bytes, SHA256: hex.EncodeToString(d.hash.Sum(nil)), Start: string(d.start)}
}

// buffer can be read while it is written to.
type buffer struct {
	mu   sync.Mutex
	data bytes.Buffer
}

func (b *buffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.Write(data)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.String()
}

func main() {
	var p plan
	if err := json.Unmarshal([]byte(os.Args[1]), &p); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if err := json.NewEncoder(os.Stdout).Encode(run(p, exec.Command(os.Args[2], os.Args[3:]...))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(p plan, command *exec.Cmd) report {
	stdout, stderr := &digest{hash: sha256.New()}, &digest{hash: sha256.New()}
	log, raw := &buffer{}, &buffer{}
	versions := map[int]plugin.PluginSet{}
	for _, version := range p.Versions {
		versions[version] = plugin.PluginSet{shared.PluginGRPC: &shared.KVGRPCPlugin{}}
	}
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: "BASIC_PLUGIN", MagicCookieValue: "hello"},
		VersionedPlugins: versions,
		Cmd:              command,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: log, JSONFormat: true}),
		SyncStdout:       stdout,
		SyncStderr:       stderr,
		Stderr:           raw,
	})
	r := report{}
	kv, err := connect(client)
	if err != nil {
		r.Results = append(r.Results, result{Step: "start", Error: err.Error()})
	} else {
		for _, step := range p.Steps {
			r.Results = append(r.Results, take(client, kv, command, log, stdout, stderr, step))
		}
	}
	client.Kill()
	r.Exited = client.Exited()
	if state := command.ProcessState; state != nil {
		r.ExitCode = state.ExitCode()
		if wait := state.Sys().(syscall.WaitStatus); wait.Signaled() {
			r.Signal = wait.Signal().String()
		}
	}
	r.Stdout, r.Stderr, r.Raw = stdout.output(), stderr.output(), raw.String()
	for _, line := range strings.Split(strings.TrimSpace(log.String()), "\n") {
		entry := map[string]any{}
		if err := json.Unmarshal([]byte(line), &entry); err == nil {
			r.Log = append(r.Log, entry)
		}
	}
	return r
}

func connect(client *plugin.Client) (shared.KV, error) {
	protocol, err := client.Client()
	if err != nil {
		return nil, err
	}
	raw, err := protocol.Dispense(shared.PluginGRPC)
	if err != nil {
		return nil, err
	}
	return raw.(shared.KV), nil
}

func take(client *plugin.Client, kv shared.KV, command *exec.Cmd, log *buffer, stdout, stderr *digest, step string) result {
	name, argument, _ := strings.Cut(step, " ")
	var value string
	var err error
	switch name {
	case "get":
		var bytes []byte
		bytes, err = kv.Get(argument)
		value = string(bytes)
	case "start-get":
		go kv.Get(argument)
	case "ping":
		var protocol plugin.ClientProtocol
		if protocol, err = client.Client(); err == nil {
			err = protocol.Ping()
		}
	case "version":
		value = fmt.Sprint(client.NegotiatedVersion())
	case "signal":
		signals := map[string]os.Signal{"SIGINT": syscall.SIGINT, "SIGTERM": syscall.SIGTERM, "SIGKILL": syscall.SIGKILL}
		err = command.Process.Signal(signals[argument])
	case "wait-exit":
		err = until(client.Exited)
	case "wait-stdout":
		var want int
		fmt.Sscan(argument, &want)
		err = until(func() bool { return stdout.output().Bytes >= want })
	case "wait-stderr":
		var want int
		fmt.Sscan(argument, &want)
		err = until(func() bool { return stderr.output().Bytes >= want })
	case "wait-log":
		err = until(func() bool { return strings.Contains(log.String(), argument) })
	case "kill":
		client.Kill()
	default:
		err = fmt.Errorf("unknown step")
	}
	r := result{Step: step, Value: value}
	if s, ok := status.FromError(err); ok && err != nil {
		r.Error = fmt.Sprintf("%d: %s", s.Code(), s.Message())
	} else if err != nil {
		r.Error = err.Error()
	}
	return r
}

func until(condition func() bool) error {
	for deadline := time.Now().Add(30 * time.Second); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("nothing happened within 30 s")
		}
	}
	return nil
}
