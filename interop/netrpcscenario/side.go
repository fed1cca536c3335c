package netrpcscenario

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/go-plugin"
)

// side is the part that host and plugin share; it counts the calls of everything that it serves.
type side struct {
	name   string
	broker *plugin.MuxBroker
	sent   atomic.Uint64
	*gate
}

// errNotAccepted is the error for a stream that ends during Dial.
var errNotAccepted = errors.New("the other side did not accept the connection")

func (s *side) dial(id uint32) (net.Conn, error) {
	conn, err := s.broker.Dial(id)
	if err == io.EOF {
		return nil, errNotAccepted
	}
	return conn, err
}

// SayRequest asks for an answer. With Together > 0 the answer waits for that many requests.
type SayRequest struct {
	Text     string
	Together int
}

// Echo is the service that either side serves under a brokered id. It answers with its side and its id, so a connection
// to the wrong one is noticed.
type Echo struct {
	side *side
	id   uint32
}

func (e *Echo) Say(request SayRequest, text *string) error {
	if request.Together > 0 {
		e.side.wait(request.Together)
	}
	*text = fmt.Sprintf("%s %d: %s", e.side.name, e.id, request.Text)
	return nil
}

// Hold answers when it is released.
func (e *Echo) Hold(number int, reply *int) error {
	e.side.hold(number)
	*reply = number
	return nil
}

// Fail answers with an error.
func (e *Echo) Fail(text string, _ *string) error { return errors.New(text) }

func (s *side) serve(id uint32) { go s.broker.AcceptAndServe(id, &Echo{s, id}) }

// Reply is the outcome of dialing an id.
type Reply struct {
	ID    uint32   `json:"id"`
	Texts []string `json:"texts,omitempty"`
	Count int      `json:"count,omitempty"`
	Error string   `json:"error,omitempty"`
}

// CallBackRequest names the id to dial and the text to say.
type CallBackRequest struct {
	IDs        []uint32
	Text       string
	Calls      int
	Concurrent bool
	Together   int
}

// say dials the id, calls its Echo and closes the connection.
func (s *side) say(id uint32, request CallBackRequest) Reply {
	reply := Reply{ID: id}
	conn, err := s.dial(id)
	if err != nil {
		reply.Error = failure(err)
		return reply
	}
	client := rpc.NewClient(conn)
	defer client.Close()
	var lock sync.Mutex
	forEach(max(request.Calls, 1), request.Concurrent, func(int) {
		var text string
		err := client.Call("Plugin.Say", SayRequest{request.Text, request.Together}, &text)
		lock.Lock()
		defer lock.Unlock()
		if err != nil {
			reply.Error = failure(err)
			return
		}
		reply.Count++
		for _, known := range reply.Texts {
			if known == text {
				return
			}
		}
		reply.Texts = append(reply.Texts, text)
	})
	return reply
}

func forEach(count int, concurrent bool, do func(int)) {
	var all sync.WaitGroup
	for i := range count {
		if !concurrent {
			do(i)
			continue
		}
		all.Add(1)
		go func() {
			defer all.Done()
			do(i)
		}()
	}
	all.Wait()
}

// connect dials the id of an Echo; the caller closes the connection.
func (s *side) connect(id uint32) (*rpc.Client, error) {
	conn, err := s.dial(id)
	if err != nil {
		return nil, err
	}
	return rpc.NewClient(conn), nil
}

// hangUp accepts one connection and closes it.
func (s *side) hangUp(id uint32) {
	if conn, err := s.broker.Accept(id); err == nil {
		conn.Close()
	}
}
