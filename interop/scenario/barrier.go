package scenario

import (
	"context"
	"sync"
)

// barrier holds calls until a number of them have arrived.
type barrier struct {
	lock      sync.Mutex
	here      uint32
	all       chan struct{}
	cancelled chan struct{}
}

func newBarrier() *barrier {
	return &barrier{all: make(chan struct{}), cancelled: make(chan struct{}, 1)}
}

func (b *barrier) wait(ctx context.Context, together uint32) error {
	select {
	case <-b.join(together):
		return nil
	case <-ctx.Done():
		b.leave()
		return ctx.Err()
	}
}

func (b *barrier) join(together uint32) <-chan struct{} {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.here++
	all := b.all
	if b.here >= together {
		close(all)
		b.here, b.all = 0, make(chan struct{})
	}
	return all
}

func (b *barrier) leave() {
	b.lock.Lock()
	defer b.lock.Unlock()
	if b.here > 0 {
		b.here--
	}
	select {
	case b.cancelled <- struct{}{}:
	default:
	}
}

func (b *barrier) waiting() uint32 {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.here
}
