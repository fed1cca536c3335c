package scenario

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"interop/scenario/gen"
)

// caller is the plugin's part.
type caller struct {
	gen.UnimplementedCallerServer
	side
	dials   atomic.Uint32
	release chan struct{}

	lock sync.Mutex
	stop map[uint32]func()
}

func newCaller(broker *plugin.GRPCBroker) *caller {
	return &caller{
		side:    side{name: "plugin", broker: broker, barrier: newBarrier()},
		release: make(chan struct{}),
		stop:    map[uint32]func(){},
	}
}

func (c *caller) NextId(context.Context, *gen.Empty) (*gen.Id, error) {
	return &gen.Id{Id: c.broker.NextId()}, nil
}

func (c *caller) CallBack(ctx context.Context, request *gen.CallBackRequest) (*gen.CallBackResponse, error) {
	replies := make([]*gen.CallBackResponse_Reply, len(request.Ids))
	forEach(len(request.Ids), request.Concurrent, func(i int) {
		replies[i] = c.callBack(ctx, request.Ids[i], request)
	})
	return &gen.CallBackResponse{Replies: replies}, nil
}

func (c *caller) callBack(ctx context.Context, id uint32, request *gen.CallBackRequest) *gen.CallBackResponse_Reply {
	c.dials.Add(1)
	return sayTo(ctx, c.broker, id, request)
}

func (c *caller) ServeEcho(_ context.Context, request *gen.Id) (*gen.Id, error) {
	id := request.Id
	if id == 0 {
		id = c.broker.NextId()
	}
	stop := c.serve(id)
	c.lock.Lock()
	defer c.lock.Unlock()
	c.stop[id] = stop
	return &gen.Id{Id: id}, nil
}

func (c *caller) StopEcho(_ context.Context, request *gen.Id) (*gen.Empty, error) {
	c.lock.Lock()
	stop := c.stop[request.Id]
	delete(c.stop, request.Id)
	c.lock.Unlock()
	if stop == nil {
		return nil, status.Errorf(codes.NotFound, "nothing is served under id %d", request.Id)
	}
	stop()
	return &gen.Empty{}, nil
}

func (c *caller) ServeRaw(_ context.Context, request *gen.Id) (*gen.Empty, error) {
	go func() {
		listener, err := c.broker.Accept(request.Id)
		if err != nil {
			return
		}
		defer listener.Close()
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.Copy(conn, conn)
	}()
	return &gen.Empty{}, nil
}

func (c *caller) Pull(ctx context.Context, request *gen.TransferRequest) (*gen.Digest, error) {
	held := notHeld
	if request.Hold {
		held = func() error {
			select {
			case <-c.release:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return withEcho(c.broker, request.Id, func(client gen.EchoClient) (*gen.Digest, error) {
		return pull(ctx, client, request.Bytes, held)
	})
}

func (c *caller) Push(ctx context.Context, request *gen.TransferRequest) (*gen.Digest, error) {
	return withEcho(c.broker, request.Id, func(client gen.EchoClient) (*gen.Digest, error) {
		return push(ctx, client, request.Bytes)
	})
}

func (c *caller) Release(ctx context.Context, _ *gen.Empty) (*gen.Empty, error) {
	select {
	case c.release <- struct{}{}:
		return &gen.Empty{}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *caller) Progress(context.Context, *gen.Empty) (*gen.ProgressResponse, error) {
	return &gen.ProgressResponse{Dials: c.dials.Load(), Sent: c.sent.Load(), Waiting: c.barrier.waiting()}, nil
}

func (c *caller) Print(_ context.Context, request *gen.PrintRequest) (*gen.Empty, error) {
	for range request.Count {
		fmt.Println(request.Line)
	}
	return &gen.Empty{}, nil
}

// sayTo dials the id, calls its Echo and closes the connection. callTimeout is longer than any call takes, so a test
// that waits for a call that never comes fails instead of hanging.
const callTimeout = time.Minute

func sayTo(ctx context.Context, broker *plugin.GRPCBroker, id uint32, request *gen.CallBackRequest) *gen.CallBackResponse_Reply {
	reply := &gen.CallBackResponse_Reply{Id: id}
	var lock sync.Mutex
	_, err := withEcho(broker, id, func(client gen.EchoClient) (*gen.Empty, error) {
		forEach(int(request.Calls), request.Concurrent, func(int) {
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			response, err := client.Say(ctx, &gen.SayRequest{Text: request.Text, Together: request.Together})
			lock.Lock()
			defer lock.Unlock()
			if err != nil {
				reply.Error = failure(err)
				return
			}
			reply.Count++
			for _, text := range reply.Texts {
				if text == response.Text {
					return
				}
			}
			reply.Texts = append(reply.Texts, response.Text)
		})
		return nil, nil
	})
	if err != nil {
		reply.Error = failure(err)
	}
	return reply
}

func pull(ctx context.Context, client gen.EchoClient, bytes uint64, held func() error) (*gen.Digest, error) {
	stream, err := client.Read(ctx, &gen.ReadRequest{Bytes: bytes})
	if err != nil {
		return nil, err
	}
	return receiveData(stream.Recv, held)
}

func push(ctx context.Context, client gen.EchoClient, bytes uint64) (*gen.Digest, error) {
	stream, err := client.Write(ctx)
	if err != nil {
		return nil, err
	}
	if err := sendData(bytes, stream.Send); err != nil && err != io.EOF {
		return nil, err
	}
	return stream.CloseAndRecv()
}

func withEcho[T any](broker *plugin.GRPCBroker, id uint32, use func(gen.EchoClient) (T, error)) (T, error) {
	conn, err := broker.Dial(id)
	if err != nil {
		var none T
		return none, err
	}
	defer conn.Close()
	return use(gen.NewEchoClient(conn))
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
