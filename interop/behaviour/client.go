package behaviour

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"

	"interop/behaviour/gen"
)

// Call is one call of a behaviour, as the table writes it.
type Call struct {
	Method       string
	ClientStream bool
	ServerStream bool
	Metadata     []json.RawMessage
	TimeoutMs    int
	Steps        []Step
	Observe      bool
	Concurrent   int
}

// Step is what a client does next; exactly one field is set.
type Step struct {
	Send             *Message
	HalfClose        bool
	Headers          bool
	Receive          int
	Cancel           bool
	Flood            *Flood
	Release          bool
	UntilStalled     uint32
	UntilUnavailable bool
}

// Message is a message to send.
type Message struct {
	Size    int
	Actions []json.RawMessage
}

// Flood is many messages, sent as fast as they go.
type Flood struct {
	Count uint32
	Size  int
	Limit uint32
}

// Outcome is the outcome of a call.
type Outcome struct {
	Headers  []*gen.Action_Entry
	Messages []*gen.Digest
	Code     uint32
	Details  string
	Trailers []*gen.Action_Entry
	Stalled  *bool  `json:",omitempty"`
	After    uint32 `json:",omitempty"`
	Server   *gen.Observation
}

var lastCall atomic.Int64

func nextCallID() string { return fmt.Sprintf("%d-%d", os.Getpid(), lastCall.Add(1)) }

// Run makes the calls one after the other on one connection.
func Run(ctx context.Context, conn *grpc.ClientConn, calls []Call) ([]*Outcome, error) {
	var outcomes []*Outcome
	for _, call := range calls {
		several := make([]*Outcome, max(call.Concurrent, 1))
		errs := make([]error, len(several))
		var group sync.WaitGroup
		for i := range several {
			group.Add(1)
			go func() {
				defer group.Done()
				several[i], errs[i] = run(ctx, conn, call)
			}()
		}
		group.Wait()
		for _, err := range errs {
			if err != nil {
				return nil, err
			}
		}
		outcomes = append(outcomes, several...)
	}
	return outcomes, nil
}

func (m *Message) toMessage() (*gen.Message, error) {
	message := &gen.Message{Payload: payload(m.Size)}
	for _, text := range m.Actions {
		action := &gen.Action{}
		if err := protojson.Unmarshal(text, action); err != nil {
			return nil, err
		}
		message.Actions = append(message.Actions, action)
	}
	return message, nil
}

func toEntry(text json.RawMessage) (*gen.Action_Entry, error) {
	entry := &gen.Action_Entry{}
	return entry, protojson.Unmarshal(text, entry)
}
