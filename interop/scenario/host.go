package scenario

import (
	"bytes"
	"context"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"interop/scenario/gen"
)

// Host runs scenarios on one plugin.
type Host struct {
	client *plugin.Client
	log    *watchedLog
	stdout buffer
	bytes  uint64
	gen.CallerClient
	side
}

// Result is one line of what a host prints.
type Result struct {
	Scenario string `json:"scenario"`
	Outcome  any    `json:"outcome,omitempty"`
	// Failed is the reason why the scenario did not finish.
	Failed string `json:"failed,omitempty"`
}

// Start adds the settings that every host of the scenarios needs, and connects to the plugin.
func Start(config *plugin.ClientConfig, bytes uint64) (*Host, error) {
	h := &Host{bytes: bytes, log: &watchedLog{}}
	config.HandshakeConfig = Handshake
	config.Plugins = Plugins
	config.AllowedProtocols = []plugin.Protocol{plugin.ProtocolGRPC}
	config.SyncStdout = &h.stdout
	config.Logger = hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: h.log})
	h.client = plugin.NewClient(config)
	protocol, err := h.client.Client()
	if err != nil {
		h.client.Kill()
		return nil, err
	}
	raw, err := protocol.Dispense("caller")
	if err != nil {
		h.client.Kill()
		return nil, err
	}
	d := raw.(*dispensed)
	h.CallerClient = d.CallerClient
	h.side = side{name: "host", broker: d.broker, barrier: newBarrier()}
	return h, nil
}

// Run runs one scenario. It takes at most a minute for each GiB, and at least a minute is allowed.
func (h *Host) Run(name string) Result {
	limit := time.Minute * time.Duration(1+h.bytes>>30)
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	run := scenarios[name]
	if run == nil {
		return Result{Scenario: name, Failed: "no such scenario"}
	}
	outcome, err := run(ctx, h)
	if err != nil {
		return Result{Scenario: name, Failed: err.Error()}
	}
	return Result{Scenario: name, Outcome: outcome}
}

// End ends the plugin and reports the outcome.
func (h *Host) End() Result {
	h.client.Kill()
	forced := h.log.contains("plugin failed to exit gracefully")
	return Result{Scenario: "end", Outcome: map[string]any{"exited": h.client.Exited(), "forced": forced}}
}

// ReattachConfig is the configuration for another host to attach to the plugin.
func (h *Host) ReattachConfig() *plugin.ReattachConfig { return h.client.ReattachConfig() }

func (h *Host) kill() error { return syscall.Kill(h.client.ReattachConfig().Pid, syscall.SIGKILL) }

// Log returns the log entries of the plugin and of go-plugin's client.
func (h *Host) Log() string { return h.log.String() }

type buffer struct {
	lock sync.Mutex
	data bytes.Buffer
}

func (b *buffer) Write(data []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.data.Write(data)
}

func (b *buffer) String() string {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.data.String()
}

type watchedLog struct{ buffer }

func (l *watchedLog) contains(text string) bool {
	return bytes.Contains([]byte(l.String()), []byte(text))
}
