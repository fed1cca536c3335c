package behaviour

import (
	"sync"

	"google.golang.org/protobuf/proto"

	"interop/behaviour/gen"
)

// observed is what the server saw of one call.
type observed struct {
	ended    chan struct{}
	released chan struct{}
	// Calls that no test observes share the empty id.
	endOnce sync.Once

	mu          sync.Mutex
	observation gen.Observation
}

func (o *observed) end() { o.endOnce.Do(func() { close(o.ended) }) }

func (o *observed) update(change func(*gen.Observation)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change(&o.observation)
}

func (o *observed) snapshot() *gen.Observation {
	o.mu.Lock()
	defer o.mu.Unlock()
	return proto.Clone(&o.observation).(*gen.Observation)
}

type observations struct {
	mu    sync.Mutex
	calls map[string]*observed
}

func (o *observations) of(call string) *observed {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.calls[call] == nil {
		if o.calls == nil {
			o.calls = map[string]*observed{}
		}
		o.calls[call] = &observed{ended: make(chan struct{}), released: make(chan struct{})}
	}
	return o.calls[call]
}
