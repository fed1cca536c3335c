package netrpcscenario

import "net/rpc"

// The plugin dies while it serves two calls and makes one.
func killed(h *Host) (any, error) {
	ours := h.broker.NextId()
	h.serve(ours)
	theirs, err := h.serveEcho(0)
	if err != nil {
		return nil, err
	}
	client, err := h.connect(theirs)
	if err != nil {
		return nil, err
	}
	called := client.Go("Plugin.Hold", 1, new(int), nil)
	calling := h.client.Go("Plugin.CallBack", CallBackRequest{IDs: []uint32{ours}, Together: 2}, &[]Reply{}, nil)
	if err := h.awaitProgress(func(now Progress) bool { return now.Waiting == 1 && h.waiting() == 1 }); err != nil {
		return nil, err
	}
	if err := h.kill(); err != nil {
		return nil, err
	}
	result := outcome{"brokered": failed((<-called.Done).Error), "call": failed((<-calling.Done).Error)}
	return h.afterExit(result)
}

func exits(h *Host) (any, error) {
	result := outcome{"call": failed(h.client.Call("Plugin.Exit", 7, &struct{}{}))}
	if _, err := h.afterExit(result); err != nil {
		return nil, err
	}
	result["exitCode"] = h.command.ProcessState.ExitCode()
	return result, nil
}

// A plugin whose method panics logs the reason.
func panics(h *Host) (any, error) {
	result := outcome{"call": failed(h.client.Call("Plugin.Panic", "the disk is full", &struct{}{}))}
	if _, err := h.afterExit(result); err != nil {
		return nil, err
	}
	result["succeeded"] = h.command.ProcessState.Success()
	return result, until(func() (bool, error) { return h.log.contains("the disk is full"), nil })
}

// afterExit adds the outcomes of calls once the plugin is gone.
func (h *Host) afterExit(result outcome) (any, error) {
	if err := h.awaitExit(); err != nil {
		return nil, err
	}
	result["later"] = failed(h.client.Call("Plugin.Progress", struct{}{}, &Progress{}))
	protocol, err := h.plugin.Client()
	if err != nil {
		return nil, err
	}
	result["ping"] = failed(protocol.Ping())
	_, err = protocol.Dispense("caller")
	result["dispense"] = failed(err)
	return result, nil
}

// leftInFlight begins a call that is not answered before the end.
func leftInFlight(h *Host) (any, error) {
	call := h.client.Go("Plugin.Hold", 1, new(int), make(chan *rpc.Call, 1))
	h.pending = make(chan Failure, 1)
	go func() { h.pending <- failed((<-call.Done).Error) }()
	return outcome{}, h.awaitProgress(func(now Progress) bool { return now.Waiting == 1 })
}
