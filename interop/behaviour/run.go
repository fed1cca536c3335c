package behaviour

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"interop/behaviour/gen"
)

// A count has stalled once it has been the same this often in a row, with a call to the server each time.
const stalledPolls = 100

type running struct {
	ctx     context.Context
	cancel  context.CancelFunc
	id      string
	client  gen.BehaviourClient
	stream  grpc.ClientStream
	outcome *Outcome
	end     error
	flood   chan error
	// The client has cancelled: what it still receives depends on what was on its way.
	cancelled bool
}

func run(parent context.Context, conn *grpc.ClientConn, call Call) (*Outcome, error) {
	r := &running{id: nextCallID(), client: gen.NewBehaviourClient(conn), outcome: &Outcome{}}
	md := metadata.MD{callKey: []string{r.id}}
	for _, text := range call.Metadata {
		entry, err := toEntry(text)
		if err != nil {
			return nil, err
		}
		for key, values := range toMetadata([]*gen.Action_Entry{entry}) {
			md.Append(key, values...)
		}
	}
	ctx := metadata.NewOutgoingContext(parent, md)
	if call.TimeoutMs > 0 {
		ctx, r.cancel = context.WithTimeout(ctx, time.Duration(call.TimeoutMs)*time.Millisecond)
	} else {
		ctx, r.cancel = context.WithCancel(ctx)
	}
	defer r.cancel()
	r.ctx = parent
	desc := &grpc.StreamDesc{ClientStreams: call.ClientStream, ServerStreams: call.ServerStream}
	if r.stream, r.end = conn.NewStream(ctx, desc, call.Method); r.end == nil {
		for _, step := range call.Steps {
			if err := r.take(step); err != nil {
				return nil, err
			}
		}
		for r.end == nil {
			r.receive()
		}
		header, _ := r.stream.Header()
		r.outcome.Headers = toEntries(header)
		r.outcome.Trailers = toEntries(r.stream.Trailer())
	}
	ended := status.Convert(r.end)
	if r.end != io.EOF {
		r.outcome.Code, r.outcome.Details = uint32(ended.Code()), ended.Message()
	}
	if call.Observe {
		var err error
		if r.outcome.Server, err = r.client.Observe(parent, &gen.ObserveRequest{Call: r.id}); err != nil {
			return nil, err
		}
	}
	return r.outcome, nil
}

func (r *running) take(step Step) error {
	switch {
	case step.Send != nil:
		message, err := step.Send.toMessage()
		if err != nil {
			return err
		}
		// io.EOF says that the call has ended; receiving tells how.
		if err := r.stream.SendMsg(message); err != nil && err != io.EOF {
			r.end = err
		}
	case step.HalfClose:
		if r.flood != nil {
			<-r.flood
		}
		_ = r.stream.CloseSend()
	case step.Headers:
		_, _ = r.stream.Header()
	case step.Receive > 0:
		for i := 0; i < step.Receive && r.end == nil; i++ {
			r.receive()
		}
	case step.Cancel:
		r.cancelled = true
		r.cancel()
	case step.Flood != nil:
		return r.startFlood(step.Flood)
	case step.Release:
		// The server's next action may close the connection before the answer is sent.
		_, _ = r.client.Release(r.ctx, &gen.ReleaseRequest{Call: r.id})
	case step.UntilStalled > 0:
		sent, err := r.awaitStall(func(seen *gen.Observation) uint32 { return seen.Sent })
		stalled := sent < step.UntilStalled
		r.outcome.Stalled = &stalled
		return err
	case step.UntilUnavailable:
		for r.outcome.After == 0 {
			if _, err := r.client.Unary(r.ctx, &gen.Message{}); err != nil {
				r.outcome.After = uint32(status.Code(err))
			}
		}
	}
	return nil
}

func (r *running) receive() {
	message := &gen.Message{}
	if r.end = r.stream.RecvMsg(message); r.end == nil && r.cancelled {
		return
	} else if r.end == nil {
		r.outcome.Messages = addDigest(r.outcome.Messages, message.Payload)
	} else if r.end != io.EOF && status.Code(r.end) == codes.OK {
		r.end = io.EOF
	}
}

func (r *running) startFlood(flood *Flood) error {
	var sent atomic.Uint32
	r.flood = make(chan error, 1)
	go func() {
		message := &gen.Message{Payload: payload(flood.Size)}
		for i := uint32(0); i < flood.Count; i++ {
			if err := r.stream.SendMsg(message); err != nil {
				break
			}
			sent.Add(1)
		}
		close(r.flood)
	}()
	count, err := r.awaitStall(func(*gen.Observation) uint32 { return sent.Load() })
	stalled := count < flood.Limit
	r.outcome.Stalled = &stalled
	return err
}

func (r *running) awaitStall(count func(*gen.Observation) uint32) (uint32, error) {
	var last uint32
	for same := 0; same < stalledPolls; same++ {
		seen, err := r.client.Observe(r.ctx, &gen.ObserveRequest{Call: r.id, Running: true})
		if err != nil {
			return 0, err
		}
		if now := count(seen); now != last || now == 0 {
			last, same = now, 0
		}
	}
	return last, nil
}
