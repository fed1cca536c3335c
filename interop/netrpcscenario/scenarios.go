package netrpcscenario

import (
	"fmt"
	"net/rpc"
	"strings"
)

const (
	mebibyte = 1 << 20
	// An id that neither side has taken.
	unusedID = 100_000
	// A count has stalled once it has been the same this often in a row, with a call to the plugin each time.
	stalledPolls = 100
)

type outcome = map[string]any

var scenarios = map[string]func(*Host) (any, error){
	"ping":                ping,
	"callback":            callback,
	"call-plugin":         callPlugin,
	"same-id-both-ways":   sameID,
	"both-ways-at-once":   bothWaysAtOnce,
	"host-accepts-late":   hostAcceptsLate,
	"plugin-accepts-late": pluginAcceptsLate,
	"nobody-comes":        nobodyComes,
	"closed-client":       closedClient,
	"hung-up-on":          hungUpOn,
	"raw-both-ways":       rawBothWays,
	"out-of-order":        outOfOrder,
	"out-of-order-back":   outOfOrderBack,
	"abandoned":           abandoned,
	"errors":              failures,
	"structures":          allStructures,
	"blob":                blob,
	"read":                read,
	"write":               write,
	"host-reads-slowly":   hostReadsSlowly,
	"plugin-reads-slowly": pluginReadsSlowly,
	"output":              printed,
	"killed":              killed,
	"exits":               exits,
	"panics":              panics,
	"left-in-flight":      leftInFlight,
}

func ping(h *Host) (any, error) {
	protocol, err := h.plugin.Client()
	if err != nil {
		return nil, err
	}
	return failed(protocol.Ping()), nil
}

func (h *Host) callBack(request CallBackRequest) (replies []Reply, err error) {
	return replies, h.client.Call("Plugin.CallBack", request, &replies)
}

// serveEcho has the plugin serve an Echo.
func (h *Host) serveEcho(id uint32) (served uint32, err error) {
	return served, h.client.Call("Plugin.ServeEcho", id, &served)
}

func callback(h *Host) (any, error) {
	id := h.broker.NextId()
	h.serve(id)
	return h.callBack(CallBackRequest{IDs: []uint32{id}, Text: "hello", Calls: 2})
}

func callPlugin(h *Host) (any, error) {
	id, err := h.serveEcho(0)
	return h.say(id, CallBackRequest{Text: "hello", Calls: 2}), err
}

// Each side dials the other side's service under the same id.
func sameID(h *Host) (any, error) {
	const id = unusedID + 1
	h.serve(id)
	if _, err := h.serveEcho(id); err != nil {
		return nil, err
	}
	said := make(chan Reply, 1)
	go func() { said <- h.say(id, CallBackRequest{Text: "same"}) }()
	replies, err := h.callBack(CallBackRequest{IDs: []uint32{id}, Text: "same"})
	return outcome{"host": <-said, "plugin": replies}, err
}

// Fifty connections in each direction, with a call in flight on all of them at once.
func bothWaysAtOnce(h *Host) (any, error) {
	const count = 50
	ours, theirs := make([]uint32, count), make([]uint32, count)
	for i := range count {
		ours[i] = h.broker.NextId()
		h.serve(ours[i])
		var err error
		if theirs[i], err = h.serveEcho(0); err != nil {
			return nil, err
		}
	}
	request := CallBackRequest{IDs: ours, Text: "hello", Concurrent: true, Together: count}
	called := make(chan error, 1)
	var replies []Reply
	go func() {
		var err error
		replies, err = h.callBack(request)
		called <- err
	}()
	said := make([]Reply, count)
	forEach(count, true, func(i int) { said[i] = h.say(theirs[i], request) })
	err := <-called
	return outcome{"host": said, "plugin": replies}, err
}

func hostAcceptsLate(h *Host) (any, error) {
	before, err := h.progress()
	if err != nil {
		return nil, err
	}
	id := h.broker.NextId()
	called := make(chan error, 1)
	var replies []Reply
	go func() {
		var err error
		replies, err = h.callBack(CallBackRequest{IDs: []uint32{id}, Text: "late"})
		called <- err
	}()
	if err := h.awaitProgress(func(now Progress) bool { return now.Dials > before.Dials }); err != nil {
		return nil, err
	}
	h.serve(id)
	err = <-called
	return replies, err
}

func pluginAcceptsLate(h *Host) (any, error) {
	var id uint32
	if err := h.client.Call("Plugin.NextId", struct{}{}, &id); err != nil {
		return nil, err
	}
	said := make(chan Reply, 1)
	go func() { said <- h.say(id, CallBackRequest{Text: "late"}) }()
	if _, err := h.progress(); err != nil {
		return nil, err
	}
	if _, err := h.serveEcho(id); err != nil {
		return nil, err
	}
	return <-said, nil
}

// Both sides dial ids that nobody accepts, and accept ids that nobody dials. Afterwards everything works as before.
func nobodyComes(h *Host) (any, error) {
	dialed, accepted, acceptedBack := make(chan Reply, 1), make(chan Failure, 1), make(chan error, 1)
	go func() { dialed <- h.say(unusedID+2, CallBackRequest{}) }()
	go func() {
		_, err := h.broker.Accept(unusedID + 4)
		accepted <- failed(err)
	}()
	var kind string
	go func() { acceptedBack <- h.client.Call("Plugin.AcceptNobody", uint32(unusedID+5), &kind) }()
	replies, err := h.callBack(CallBackRequest{IDs: []uint32{unusedID + 3}})
	if err := <-acceptedBack; err != nil {
		return nil, err
	}
	result := outcome{"host": outcome{"dial": <-dialed, "accept": <-accepted}, "plugin": outcome{"dial": replies, "accept": kind}}
	if err != nil {
		return nil, err
	}
	if result["callback"], err = callback(h); err != nil {
		return nil, err
	}
	result["callPlugin"], err = callPlugin(h)
	return result, err
}

// Each side closes the connection that the other calls on.
func hungUpOn(h *Host) (any, error) {
	theirs, err := h.nextIDOfPlugin()
	if err != nil {
		return nil, err
	}
	if err := h.client.Call("Plugin.HangUp", theirs, &struct{}{}); err != nil {
		return nil, err
	}
	ours := h.broker.NextId()
	go h.hangUp(ours)
	replies, err := h.callBack(CallBackRequest{IDs: []uint32{ours}})
	return outcome{"host": h.say(theirs, CallBackRequest{}), "plugin": replies}, err
}

// A closed client reports that it is closed.
func closedClient(h *Host) (any, error) {
	id, err := h.serveEcho(0)
	if err != nil {
		return nil, err
	}
	client, err := h.connect(id)
	if err != nil {
		return nil, err
	}
	var text string
	before := failed(client.Call("Plugin.Say", SayRequest{Text: "before"}, &text))
	client.Close()
	after := failed(client.Call("Plugin.Say", SayRequest{Text: "after"}, &text))
	return outcome{"before": before, "after": after, "text": text}, nil
}

func (h *Host) connectTo(id uint32) (*rpc.Client, error) { return h.side.connect(id) }

// A hundred calls in flight at once, answered out of order.
func outOfOrder(h *Host) (any, error) {
	release := func(number int) error {
		var released bool
		err := h.client.Call("Plugin.Release", number, &released)
		if err == nil && !released {
			err = fmt.Errorf("nothing was held under %d", number)
		}
		return err
	}
	waiting := func() error { return h.awaitProgress(func(now Progress) bool { return now.Waiting == 100 }) }
	return inDisorder(h.client, waiting, release)
}

func inDisorder(client *rpc.Client, waiting func() error, release func(int) error) (any, error) {
	const count = 100
	done := make(chan *rpc.Call, count)
	for number := range count {
		client.Go("Plugin.Hold", number, new(int), done)
	}
	if err := waiting(); err != nil {
		return nil, err
	}
	order := make([]int, count)
	for i := range order {
		if err := release((i*37 + 11) % count); err != nil {
			return nil, err
		}
		call := <-done
		if call.Error != nil {
			return nil, call.Error
		}
		order[i] = *call.Reply.(*int)
	}
	return order, nil
}

// The same on a brokered connection, with the host's Echo.
func outOfOrderBack(h *Host) (any, error) {
	id := h.broker.NextId()
	h.serve(id)
	called := make(chan error, 1)
	var order []int
	go func() { called <- h.client.Call("Plugin.HoldMany", id, &order) }()
	if err := until(func() (bool, error) { return h.waiting() == 100, nil }); err != nil {
		return nil, err
	}
	for i := range 100 {
		if err := h.awaitProgress(func(now Progress) bool { return now.Answered == i }); err != nil {
			return nil, err
		}
		h.release((i*37 + 11) % 100)
	}
	err := <-called
	return order, err
}

// A call that was given up. Its reply arrives between others.
func abandoned(h *Host) (any, error) {
	h.client.Go("Plugin.Hold", 1000, new(int), make(chan *rpc.Call, 1))
	if err := h.awaitProgress(func(now Progress) bool { return now.Waiting == 1 }); err != nil {
		return nil, err
	}
	var released bool
	if err := h.client.Call("Plugin.Release", 1000, &released); err != nil {
		return nil, err
	}
	return callPlugin(h)
}

// failures are the errors of methods, and of calls to methods that do not exist.
func failures(h *Host) (any, error) {
	id, err := h.serveEcho(0)
	if err != nil {
		return nil, err
	}
	client, err := h.connect(id)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	result := outcome{}
	for _, text := range []string{"broken", "grüße, 世界", strings.Repeat("long ", 10_000)} {
		result[text] = failed(h.client.Call("Plugin.Fail", text, new(string)))
	}
	for _, method := range []string{"Nope.Say", "Plugin.Nope", "Plugin.Too.Many", "nodot", "", "."} {
		result["method "+method] = failed(client.Call(method, SayRequest{Text: "x"}, new(string)))
	}
	result["argument of another kind"] = failed(client.Call("Plugin.Say", "text", new(string)))
	result["argument of no kind"] = failed(client.Call("Plugin.Say", struct{ Other []int }{[]int{1}}, new(string)))
	var text string
	result["afterwards"] = outcome{"error": failed(client.Call("Plugin.Say", SayRequest{Text: "then"}, &text)), "text": text}

	ours := h.broker.NextId()
	h.serve(ours)
	var kind string
	back := failed(h.client.Call("Plugin.FailThrough", CallBackRequest{IDs: []uint32{ours}, Text: "the host's own"}, &kind))
	result["of the host"] = back
	return result, nil
}

func allStructures(h *Host) (any, error) {
	result := outcome{}
	for name, run := range structures {
		outcome, err := run(h)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		result[name] = outcome
	}
	return result, nil
}
