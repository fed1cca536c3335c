package netrpcscenario

import "sync"

// gate holds calls until a number of them have arrived, or each one until it is released.
type gate struct {
	lock sync.Mutex
	here int
	all  chan struct{}
	held map[int]chan struct{}
}

func newGate() *gate {
	return &gate{all: make(chan struct{}), held: map[int]chan struct{}{}}
}

func (g *gate) wait(together int) {
	g.lock.Lock()
	g.here++
	all := g.all
	if g.here >= together {
		close(all)
		g.here, g.all = 0, make(chan struct{})
	}
	g.lock.Unlock()
	<-all
}

func (g *gate) hold(number int) {
	g.lock.Lock()
	released := make(chan struct{})
	g.held[number] = released
	g.lock.Unlock()
	<-released
}

func (g *gate) release(number int) bool {
	g.lock.Lock()
	defer g.lock.Unlock()
	released, ok := g.held[number]
	if ok {
		delete(g.held, number)
		close(released)
	}
	return ok
}

// waiting returns the number of calls held in either way.
func (g *gate) waiting() int {
	g.lock.Lock()
	defer g.lock.Unlock()
	return g.here + len(g.held)
}
