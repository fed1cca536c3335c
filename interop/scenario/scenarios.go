package scenario

import (
	"context"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc"

	"interop/scenario/gen"
)

const (
	mebibyte = 1 << 20
	// An id that neither side has taken.
	unusedID = 100_000
	// A count has stalled once it has been the same this often in a row, with a call to the plugin each time.
	stalledPolls = 100
)

type replies = []*gen.CallBackResponse_Reply

type outcome = map[string]any

var scenarios = map[string]func(context.Context, *Host) (any, error){
	"ping":                      ping,
	"callback":                  callback,
	"call-plugin":               callPlugin,
	"same-id-both-ways":         sameID,
	"host-accepts-late":         hostAcceptsLate,
	"plugin-accepts-late":       pluginAcceptsLate,
	"nobody-accepts":            nobodyAccepts,
	"dial-twice":                dialTwice,
	"dial-stopped":              dialStopped,
	"sequential-ids":            sequentialIDs,
	"concurrent-calls":          concurrentCalls,
	"concurrent-callbacks":      concurrentCallbacks,
	"concurrent-dials":          concurrentDials,
	"pull":                      func(ctx context.Context, h *Host) (any, error) { return transferFromHost(ctx, h, h.Pull) },
	"push":                      func(ctx context.Context, h *Host) (any, error) { return transferFromHost(ctx, h, h.Push) },
	"read":                      func(ctx context.Context, h *Host) (any, error) { return transferFromPlugin(ctx, h, read) },
	"write":                     func(ctx context.Context, h *Host) (any, error) { return transferFromPlugin(ctx, h, push) },
	"plugin-reads-slowly":       pluginReadsSlowly,
	"host-reads-slowly":         hostReadsSlowly,
	"stdout-while-transferring": stdoutWhileTransferring,
	"accepted-too-late":         acceptedTooLate,
	"killed":                    killed,
	"sockets":                   sockets,
}

func ping(ctx context.Context, h *Host) (any, error) {
	protocol, err := h.client.Client()
	if err != nil {
		return nil, err
	}
	return outcome{"error": failure(protocol.Ping())}, nil
}

func callback(ctx context.Context, h *Host) (any, error) {
	id := h.broker.NextId()
	defer h.serve(id)()
	return h.callBack(ctx, &gen.CallBackRequest{Ids: []uint32{id}, Text: "hello", Calls: 2})
}

func callPlugin(ctx context.Context, h *Host) (any, error) {
	served, err := h.ServeEcho(ctx, &gen.Id{})
	if err != nil {
		return nil, err
	}
	reply := h.say(ctx, served.Id, "hello", 2)
	_, err = h.StopEcho(ctx, served)
	return reply, err
}

func sameID(ctx context.Context, h *Host) (any, error) {
	const id = unusedID + 1
	defer h.serve(id)()
	if _, err := h.ServeEcho(ctx, &gen.Id{Id: id}); err != nil {
		return nil, err
	}
	dialed := make(chan *gen.CallBackResponse_Reply)
	go func() { dialed <- h.say(ctx, id, "same", 1) }()
	called, err := h.callBack(ctx, &gen.CallBackRequest{Ids: []uint32{id}, Text: "same", Calls: 1})
	return outcome{"host": <-dialed, "plugin": called}, err
}

func hostAcceptsLate(ctx context.Context, h *Host) (any, error) {
	before, err := h.Progress(ctx, &gen.Empty{})
	if err != nil {
		return nil, err
	}
	id := h.broker.NextId()
	called := h.startCallBack(ctx, &gen.CallBackRequest{Ids: []uint32{id}, Text: "late", Calls: 1})
	if err := h.awaitProgress(ctx, func(now *gen.ProgressResponse) bool { return now.Dials > before.Dials }); err != nil {
		return nil, err
	}
	defer h.serve(id)()
	return called()
}

func pluginAcceptsLate(ctx context.Context, h *Host) (any, error) {
	id, err := h.NextId(ctx, &gen.Empty{})
	if err != nil {
		return nil, err
	}
	dialed := make(chan *gen.CallBackResponse_Reply)
	go func() { dialed <- h.say(ctx, id.Id, "late", 1) }()
	if _, err := h.ServeEcho(ctx, id); err != nil {
		return nil, err
	}
	return <-dialed, nil
}

func nobodyAccepts(ctx context.Context, h *Host) (any, error) {
	dialed := make(chan *gen.CallBackResponse_Reply)
	go func() { dialed <- h.say(ctx, unusedID+2, "nobody", 1) }()
	called, err := h.callBack(ctx, &gen.CallBackRequest{Ids: []uint32{unusedID + 3}, Text: "nobody", Calls: 1})
	if err != nil {
		return nil, err
	}
	reply := <-dialed
	after, err := callback(ctx, h)
	if err != nil {
		return nil, err
	}
	afterwards, err := callPlugin(ctx, h)
	return outcome{"host": reply, "plugin": called, "after": []any{after, afterwards}}, err
}

// Both sides begin to serve an id just after its dialer has given up.
func acceptedTooLate(ctx context.Context, h *Host) (any, error) {
	id := h.broker.NextId()
	pluginID, err := h.NextId(ctx, &gen.Empty{})
	if err != nil {
		return nil, err
	}
	request := &gen.CallBackRequest{Ids: []uint32{id}, Text: "too late", Calls: 1}
	dialed := make(chan *gen.CallBackResponse_Reply)
	go func() { dialed <- h.say(ctx, pluginID.Id, request.Text, 1) }()
	called, err := h.callBack(ctx, request)
	if err != nil {
		return nil, err
	}
	reply := <-dialed
	defer h.serve(id)()
	if _, err := h.ServeEcho(ctx, pluginID); err != nil {
		return nil, err
	}
	after, err := callback(ctx, h)
	if err != nil {
		return nil, err
	}
	afterwards, err := callPlugin(ctx, h)
	if err != nil {
		return nil, err
	}
	calledAgain, err := h.callBack(ctx, request)
	dialedAgain := h.say(ctx, pluginID.Id, request.Text, 1)
	return outcome{"host": []any{reply, dialedAgain}, "plugin": []any{called, calledAgain}, "after": []any{after, afterwards}}, err
}

// One offer of a plain broker serves one dial.
func dialTwice(ctx context.Context, h *Host) (any, error) {
	id := h.broker.NextId()
	defer h.serve(id)()
	served, err := h.ServeEcho(ctx, &gen.Id{})
	if err != nil {
		return nil, err
	}
	dialed := make(chan replies)
	go func() {
		dialed <- replies{h.say(ctx, served.Id, "first", 1), h.say(ctx, served.Id, "second", 1)}
	}()
	called, err := h.callBack(ctx, &gen.CallBackRequest{Ids: []uint32{id, id}, Text: "twice", Calls: 1})
	return outcome{"host": <-dialed, "plugin": called}, err
}

func dialStopped(ctx context.Context, h *Host) (any, error) {
	id := h.broker.NextId()
	stop := h.serve(id)
	served, err := h.ServeEcho(ctx, &gen.Id{})
	if err != nil {
		return nil, err
	}
	request := &gen.CallBackRequest{Ids: []uint32{id}, Text: "stopped", Calls: 1}
	hostBefore, pluginBefore := h.say(ctx, served.Id, "stopped", 1), replies(nil)
	if pluginBefore, err = h.callBack(ctx, request); err != nil {
		return nil, err
	}
	stop()
	if _, err := h.StopEcho(ctx, served); err != nil {
		return nil, err
	}
	dialed := make(chan *gen.CallBackResponse_Reply)
	go func() { dialed <- h.say(ctx, served.Id, "stopped", 1) }()
	pluginAfter, err := h.callBack(ctx, request)
	return outcome{"host": []any{hostBefore, <-dialed}, "plugin": []any{pluginBefore, pluginAfter}}, err
}

func sequentialIDs(ctx context.Context, h *Host) (any, error) {
	all := replies{}
	for range 20 {
		id := h.broker.NextId()
		stop := h.serve(id)
		called, err := h.callBack(ctx, &gen.CallBackRequest{Ids: []uint32{id}, Text: "next", Calls: 1})
		stop()
		if err != nil {
			return nil, err
		}
		all = append(all, called...)
	}
	return all, nil
}

// A hundred calls back, all in flight at once on one connection.
func concurrentCalls(ctx context.Context, h *Host) (any, error) {
	id := h.broker.NextId()
	defer h.serve(id)()
	return h.callBack(ctx, &gen.CallBackRequest{Ids: []uint32{id}, Text: "hello", Calls: 100, Concurrent: true, Together: 100})
}

// A hundred calls back, all in flight at once, each on a connection of its own.
func concurrentCallbacks(ctx context.Context, h *Host) (any, error) {
	ids := make([]uint32, 100)
	for i := range ids {
		ids[i] = h.broker.NextId()
		defer h.serve(ids[i])()
	}
	return h.callBack(ctx, &gen.CallBackRequest{Ids: ids, Text: "hello", Calls: 1, Concurrent: true, Together: 100})
}

// The same from the host to services of the plugin.
func concurrentDials(ctx context.Context, h *Host) (any, error) {
	all := make(replies, 100)
	failed := make(chan error, len(all))
	// All at once: an offer is dropped when nobody dials it within five seconds.
	forEach(len(all), true, func(i int) {
		served, err := h.ServeEcho(ctx, &gen.Id{Id: uint32(unusedID + 100 + i)})
		all[i] = &gen.CallBackResponse_Reply{Id: served.GetId()}
		failed <- err
	})
	for range all {
		if err := <-failed; err != nil {
			return nil, err
		}
	}
	request := &gen.CallBackRequest{Text: "hello", Calls: 1, Concurrent: true, Together: 100}
	forEach(len(all), true, func(i int) { all[i] = sayTo(ctx, h.broker, all[i].Id, request) })
	for _, reply := range all {
		if _, err := h.StopEcho(ctx, &gen.Id{Id: reply.Id}); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func transferFromHost(ctx context.Context, h *Host, transfer func(context.Context, *gen.TransferRequest, ...grpc.CallOption) (*gen.Digest, error)) (any, error) {
	id := h.broker.NextId()
	defer h.serve(id)()
	return h.transferred(transfer(ctx, &gen.TransferRequest{Id: id, Bytes: h.bytes}))
}

func transferFromPlugin(ctx context.Context, h *Host, transfer func(context.Context, gen.EchoClient, uint64) (*gen.Digest, error)) (any, error) {
	served, err := h.ServeEcho(ctx, &gen.Id{})
	if err != nil {
		return nil, err
	}
	result, err := h.transferred(withEcho(h.broker, served.Id, func(client gen.EchoClient) (*gen.Digest, error) {
		return transfer(ctx, client, h.bytes)
	}))
	if err != nil {
		return nil, err
	}
	_, err = h.StopEcho(ctx, served)
	return result, err
}

func read(ctx context.Context, client gen.EchoClient, bytes uint64) (*gen.Digest, error) {
	return pull(ctx, client, bytes, notHeld)
}

func (h *Host) transferred(digest *gen.Digest, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	if expected := expectedDigest(h.bytes); digest.Crc != expected.Crc {
		return nil, fmt.Errorf("the data is damaged: expected %v, got %v", expected, digest)
	}
	return digest, nil
}

func pluginReadsSlowly(ctx context.Context, h *Host) (any, error) {
	const bytes = 32 * mebibyte
	id := h.broker.NextId()
	defer h.serve(id)()
	before := h.sent.Load()
	type result struct {
		digest *gen.Digest
		err    error
	}
	pulled := make(chan result, 1)
	go func() {
		digest, err := h.Pull(ctx, &gen.TransferRequest{Id: id, Bytes: bytes, Hold: true})
		pulled <- result{digest, err}
	}()
	sent, err := h.awaitStall(ctx, func(*gen.ProgressResponse) uint64 { return h.sent.Load() - before })
	if err != nil {
		return nil, err
	}
	if _, err := h.Release(ctx, &gen.Empty{}); err != nil {
		return nil, err
	}
	end := <-pulled
	return outcome{"stalled": sent < bytes/2, "digest": end.digest}, end.err
}

func hostReadsSlowly(ctx context.Context, h *Host) (any, error) {
	const bytes = 32 * mebibyte
	served, err := h.ServeEcho(ctx, &gen.Id{})
	if err != nil {
		return nil, err
	}
	before, err := h.Progress(ctx, &gen.Empty{})
	if err != nil {
		return nil, err
	}
	var sent uint64
	digest, err := withEcho(h.broker, served.Id, func(client gen.EchoClient) (*gen.Digest, error) {
		return pull(ctx, client, bytes, func() (err error) {
			sent, err = h.awaitStall(ctx, func(now *gen.ProgressResponse) uint64 { return now.Sent - before.Sent })
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	_, err = h.StopEcho(ctx, served)
	return outcome{"stalled": sent < bytes/2, "digest": digest}, err
}

func stdoutWhileTransferring(ctx context.Context, h *Host) (any, error) {
	const line, count = "a line of the plugin's own output", 2000
	id := h.broker.NextId()
	defer h.serve(id)()
	before := len(h.stdout.String())
	printed := make(chan error, 1)
	go func() {
		_, err := h.Print(ctx, &gen.PrintRequest{Line: line, Count: count})
		printed <- err
	}()
	digest, err := h.Pull(ctx, &gen.TransferRequest{Id: id, Bytes: 16 * mebibyte})
	if err != nil {
		return nil, err
	}
	if err := <-printed; err != nil {
		return nil, err
	}
	expected := strings.Repeat(line+"\n", count)
	for len(h.stdout.String())-before < len(expected) && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	return outcome{"digest": digest, "intact": h.stdout.String()[before:] == expected}, ctx.Err()
}

// The plugin dies while it serves, calls, and is called.
func killed(ctx context.Context, h *Host) (any, error) {
	id := h.broker.NextId()
	defer h.serve(id)()
	served, err := h.ServeEcho(ctx, &gen.Id{})
	if err != nil {
		return nil, err
	}
	request := &gen.CallBackRequest{Ids: []uint32{id}, Text: "never", Calls: 1, Together: 2}
	called := h.startCallBack(ctx, request)
	dialed := make(chan *gen.CallBackResponse_Reply)
	go func() { dialed <- sayTo(ctx, h.broker, served.Id, request) }()
	inFlight := func(now *gen.ProgressResponse) bool { return now.Waiting == 1 && h.barrier.waiting() == 1 }
	if err := h.awaitProgress(ctx, inFlight); err != nil {
		return nil, err
	}
	if err := h.kill(); err != nil {
		return nil, err
	}
	_, callError := called()
	reply := <-dialed
	select {
	case <-h.barrier.cancelled:
	case <-ctx.Done():
		return nil, fmt.Errorf("the call that the plugin had made was not cancelled")
	}
	for !h.client.Exited() && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	return outcome{"call": failure(callError), "brokeredCall": reply}, ctx.Err()
}

func (h *Host) say(ctx context.Context, id uint32, text string, calls uint32) *gen.CallBackResponse_Reply {
	return sayTo(ctx, h.broker, id, &gen.CallBackRequest{Text: text, Calls: calls})
}

func (h *Host) callBack(ctx context.Context, request *gen.CallBackRequest) (replies, error) {
	response, err := h.CallBack(ctx, request)
	if err != nil {
		return nil, err
	}
	return response.Replies, nil
}

func (h *Host) startCallBack(ctx context.Context, request *gen.CallBackRequest) (wait func() (replies, error)) {
	done := make(chan struct{})
	var result replies
	var err error
	go func() {
		defer close(done)
		result, err = h.callBack(ctx, request)
	}()
	return func() (replies, error) {
		<-done
		return result, err
	}
}

func (h *Host) awaitProgress(ctx context.Context, reached func(*gen.ProgressResponse) bool) error {
	for {
		now, err := h.Progress(ctx, &gen.Empty{})
		if err != nil || reached(now) {
			return err
		}
	}
}

// awaitStall returns the count once it has stopped growing.
func (h *Host) awaitStall(ctx context.Context, count func(*gen.ProgressResponse) uint64) (uint64, error) {
	var last uint64
	same := 0
	err := h.awaitProgress(ctx, func(now *gen.ProgressResponse) bool {
		if c := count(now); c != last || c == 0 {
			last, same = c, 0
		} else {
			same++
		}
		return same == stalledPolls
	})
	return last, err
}
