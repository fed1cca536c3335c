package behaviour

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"interop/behaviour/gen"
)

// call is one call of any kind.
type call struct {
	ctx        context.Context
	receive    func() (*gen.Message, error)
	send       func(*gen.Message) error
	sendHeader func(metadata.MD) error
	setTrailer func(metadata.MD)
}

func once(request *gen.Message) func() (*gen.Message, error) {
	received := false
	return func() (*gen.Message, error) {
		if received {
			return nil, io.EOF
		}
		received = true
		return request, nil
	}
}

// perform does what the first message says.
func (s *Server) perform(c *call) error {
	md, _ := metadata.FromIncomingContext(c.ctx)
	o := s.observations.of(first(md.Get(callKey)))
	defer o.end()
	o.update(func(seen *gen.Observation) {
		seen.Metadata = toEntries(md)
		_, seen.HasDeadline = c.ctx.Deadline()
	})
	message, err := o.receive(c)
	if err != nil {
		return unlessEnd(err)
	}
	for _, action := range message.Actions {
		if err := s.act(c, o, message, action); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) act(c *call, o *observed, first *gen.Message, action *gen.Action) error {
	switch do := action.Action.(type) {
	case *gen.Action_Reply_:
		message := &gen.Message{Payload: payload(int(do.Reply.Size))}
		for i := uint32(0); i < max(do.Reply.Count, 1); i++ {
			if err := o.send(c, message); err != nil {
				return err
			}
		}
	case *gen.Action_Headers:
		return c.sendHeader(toMetadata(do.Headers.Entry))
	case *gen.Action_Trailers:
		c.setTrailer(toMetadata(do.Trailers.Entry))
	case *gen.Action_Receive:
		for i := uint32(0); i < do.Receive; i++ {
			if _, err := o.receive(c); err != nil {
				return unlessEnd(err)
			}
		}
	case *gen.Action_ReceiveAll:
		for {
			if _, err := o.receive(c); err != nil {
				return unlessEnd(err)
			}
		}
	case *gen.Action_Echo:
		for message := first; ; {
			if err := o.send(c, &gen.Message{Payload: message.Payload}); err != nil {
				return err
			}
			var err error
			if message, err = o.receive(c); err != nil {
				return unlessEnd(err)
			}
		}
	case *gen.Action_AwaitCancel:
		<-c.ctx.Done()
		o.update(func(seen *gen.Observation) { seen.Cancelled = true })
		return c.ctx.Err()
	case *gen.Action_Fail:
		return status.Error(codes.Code(do.Fail.Code), do.Fail.Details)
	case *gen.Action_Error:
		return errors.New(do.Error)
	case *gen.Action_Drop:
		s.listener.drop()
	case *gen.Action_Drain:
		s.drain()
	case *gen.Action_Hold:
		select {
		case <-o.released:
		case <-c.ctx.Done():
			return c.ctx.Err()
		}
	}
	return nil
}

func (o *observed) receive(c *call) (*gen.Message, error) {
	message, err := c.receive()
	o.update(func(seen *gen.Observation) {
		if err == nil {
			seen.Received = addDigest(seen.Received, message.Payload)
		} else if err == io.EOF {
			seen.HalfClosed = true
		}
	})
	return message, err
}

func (o *observed) send(c *call, message *gen.Message) error {
	err := c.send(message)
	if err == nil {
		o.update(func(seen *gen.Observation) { seen.Sent++ })
	}
	return err
}

func unlessEnd(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
