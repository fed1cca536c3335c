package netrpcscenario

import (
	"bytes"
	"fmt"
	"net/rpc"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

// Host runs scenarios on one plugin.
type Host struct {
	plugin         *plugin.Client
	command        *exec.Cmd
	log            *buffer
	stdout, stderr *output
	bytes          uint64
	pending        chan Failure
	// client is the plugin's Caller.
	client *rpc.Client
	*side
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
	h := &Host{bytes: bytes, log: &buffer{}, stdout: &output{}, stderr: &output{}, command: config.Cmd}
	config.HandshakeConfig = Handshake
	config.Plugins = Plugins
	config.AllowedProtocols = []plugin.Protocol{plugin.ProtocolNetRPC}
	config.SyncStdout, config.SyncStderr = h.stdout, h.stderr
	config.Logger = hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: h.log})
	h.plugin = plugin.NewClient(config)
	if err := h.dispense(); err != nil {
		h.plugin.Kill()
		return nil, err
	}
	return h, nil
}

func (h *Host) dispense() error {
	protocol, err := h.plugin.Client()
	if err != nil {
		return err
	}
	raw, err := protocol.Dispense("caller")
	if err != nil {
		return err
	}
	caller := raw.(*dispensed)
	h.client = caller.client
	h.side = &side{name: "host", broker: caller.broker, gate: newGate()}
	return nil
}

// Run runs one scenario. It takes at most a minute for each GiB, and at least a minute is allowed.
func (h *Host) Run(name string) Result {
	run := scenarios[name]
	if run == nil {
		return Result{Scenario: name, Failed: "no such scenario"}
	}
	result := make(chan Result, 1)
	go func() {
		outcome, err := run(h)
		if err != nil {
			result <- Result{Scenario: name, Failed: err.Error()}
			return
		}
		result <- Result{Scenario: name, Outcome: outcome}
	}()
	select {
	case r := <-result:
		return r
	case <-time.After(time.Minute * time.Duration(1+h.bytes>>30)):
		return Result{Scenario: name, Failed: "did not come to its end in time"}
	}
}

// End ends the plugin. Its result includes the outcome of the call that `left-in-flight` began.
func (h *Host) End() Result {
	h.plugin.Kill()
	outcome := outcome{"exited": h.plugin.Exited(), "forced": h.log.contains("plugin failed to exit gracefully")}
	if h.pending != nil {
		outcome["inFlight"] = <-h.pending
	}
	return Result{Scenario: "end", Outcome: outcome}
}

// ReattachConfig is the configuration for another host to attach to the plugin.
func (h *Host) ReattachConfig() *plugin.ReattachConfig { return h.plugin.ReattachConfig() }

// Log returns the log entries of the plugin and of go-plugin's client.
func (h *Host) Log() string { return h.log.String() }

func (h *Host) kill() error { return syscall.Kill(h.plugin.ReattachConfig().Pid, syscall.SIGKILL) }

func (h *Host) awaitExit() error {
	return until(func() (bool, error) { return h.plugin.Exited(), nil })
}

func (h *Host) progress() (Progress, error) {
	var now Progress
	err := h.client.Call("Plugin.Progress", struct{}{}, &now)
	return now, err
}

func (h *Host) awaitProgress(reached func(Progress) bool) error {
	return until(func() (bool, error) {
		now, err := h.progress()
		return err == nil && reached(now), err
	})
}

func until(condition func() (bool, error)) error {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if done, err := condition(); done || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("nothing happened within a minute")
		}
	}
}

// output computes a digest of the plugin's output.
type output struct {
	lock   sync.Mutex
	digest Digest
}

func (o *output) Write(data []byte) (int, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	return o.digest.Write(data)
}

func (o *output) read() Digest {
	o.lock.Lock()
	defer o.lock.Unlock()
	return o.digest
}

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

func (b *buffer) contains(text string) bool { return bytes.Contains([]byte(b.String()), []byte(text)) }
