package main

import (
	"context"
	"io"
	"os/exec"
	"strconv"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin/runner"
)

// processRunner runs a plugin as a child process, as the library does without a runner.
type processRunner struct {
	*exec.Cmd
	stdout, stderr io.ReadCloser
}

func runnerFunc(command []string) func(hclog.Logger, *exec.Cmd, string) (runner.Runner, error) {
	return func(_ hclog.Logger, spec *exec.Cmd, _ string) (runner.Runner, error) {
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Env = spec.Env
		r := &processRunner{Cmd: cmd}
		var err error
		if r.stdout, err = cmd.StdoutPipe(); err != nil {
			return nil, err
		}
		r.stderr, err = cmd.StderrPipe()
		return r, err
	}
}

func (r *processRunner) Start(context.Context) error     { return r.Cmd.Start() }
func (r *processRunner) Wait(context.Context) error      { return r.Cmd.Wait() }
func (r *processRunner) Kill(context.Context) error      { return r.Process.Kill() }
func (r *processRunner) Stdout() io.ReadCloser           { return r.stdout }
func (r *processRunner) Stderr() io.ReadCloser           { return r.stderr }
func (r *processRunner) Name() string                    { return r.Path }
func (r *processRunner) ID() string                      { return strconv.Itoa(r.Process.Pid) }
func (r *processRunner) Diagnose(context.Context) string { return "" }

func (r *processRunner) PluginToHost(network, address string) (string, string, error) {
	return network, address, nil
}

func (r *processRunner) HostToPlugin(network, address string) (string, string, error) {
	return network, address, nil
}
