package netrpcscenario

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"os"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/hashicorp/go-plugin"
)

// Caller is the plugin's part.
type Caller struct {
	side  *side
	dials atomic.Uint32
	// answered is how many calls of HoldMany were.
	answered atomic.Int64
}

func newCaller(broker *plugin.MuxBroker) *Caller {
	return &Caller{side: &side{name: "plugin", broker: broker, gate: newGate()}}
}

func (c *Caller) NextId(_ struct{}, id *uint32) error {
	*id = c.side.broker.NextId()
	return nil
}

// ServeEcho serves an Echo to one connection; 0 is a new id.
func (c *Caller) ServeEcho(id uint32, served *uint32) error {
	if id == 0 {
		id = c.side.broker.NextId()
	}
	c.side.serve(id)
	*served = id
	return nil
}

func (c *Caller) CallBack(request CallBackRequest, replies *[]Reply) error {
	*replies = make([]Reply, len(request.IDs))
	forEach(len(request.IDs), request.Concurrent, func(i int) {
		c.dials.Add(1)
		(*replies)[i] = c.side.say(request.IDs[i], request)
	})
	return nil
}

// AcceptNobody waits for a connection that is not made.
func (c *Caller) AcceptNobody(id uint32, kind *string) error {
	conn, err := c.side.broker.Accept(id)
	if err == nil {
		conn.Close()
	}
	*kind = failure(err)
	return nil
}

// TransferRequest says under which id how much is sent.
type TransferRequest struct {
	ID    uint32
	Bytes uint64
}

// Send accepts one connection and sends on it.
func (c *Caller) Send(request TransferRequest, _ *struct{}) error {
	go func() {
		conn, err := c.side.broker.Accept(request.ID)
		if err != nil {
			return
		}
		defer conn.Close()
		_ = sendData(request.Bytes, counted{conn, c.side})
	}()
	return nil
}

// Receive accepts one connection and answers with what came on it; with Bytes > 0 it goes on reading when it is released.
func (c *Caller) Receive(request TransferRequest, reply *Digest) error {
	conn, err := c.side.broker.Accept(request.ID)
	if err != nil {
		return err
	}
	defer conn.Close()
	held := notHeld
	if request.Bytes > 0 {
		held = func() error {
			c.side.hold(0)
			return nil
		}
	}
	digest, err := receiveData(conn, held)
	if err != nil {
		return err
	}
	*reply = *digest
	return nil
}

// Bounce accepts one connection and sends back what comes on it, until its end.
func (c *Caller) Bounce(id uint32, _ *struct{}) error {
	go func() {
		conn, err := c.side.broker.Accept(id)
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.Copy(conn, conn)
	}()
	return nil
}

// HangUp accepts one connection and closes it.
func (c *Caller) HangUp(id uint32, _ *struct{}) error {
	go c.side.hangUp(id)
	return nil
}

// Hold answers when it is released.
func (c *Caller) Hold(number int, reply *int) error {
	c.side.hold(number)
	*reply = number
	return nil
}

func (c *Caller) Release(number int, released *bool) error {
	*released = c.side.release(number)
	return nil
}

// Progress is what the plugin has done until now.
type Progress struct {
	Dials    uint32
	Sent     uint64
	Waiting  int
	Answered int
}

func (c *Caller) Progress(_ struct{}, progress *Progress) error {
	*progress = Progress{Dials: c.dials.Load(), Sent: c.side.sent.Load(), Waiting: c.side.waiting(), Answered: int(c.answered.Load())}
	return nil
}

// Fail answers with an error.
func (c *Caller) Fail(text string, _ *string) error { return errors.New(text) }

// FailThrough answers with the error that a call back to the host's Echo brings.
func (c *Caller) FailThrough(request CallBackRequest, kind *string) error {
	client, err := c.side.connect(request.IDs[0])
	if err != nil {
		return err
	}
	defer client.Close()
	err = client.Call("Plugin.Fail", request.Text, new(string))
	*kind = failure(err)
	return err
}

// PrintRequest says how many KiB go to stdout and to stderr.
type PrintRequest struct {
	Stdout int
	Stderr int
}

// Print writes 1 KiB lines that tell their place.
func (c *Caller) Print(request PrintRequest, _ *struct{}) error {
	errs := make(chan error)
	go func() { errs <- printLines(os.Stdout, request.Stdout) }()
	go func() { errs <- printLines(os.Stderr, request.Stderr) }()
	return errors.Join(<-errs, <-errs)
}

func printLines(to io.Writer, count int) error {
	out := bufio.NewWriterSize(to, 64<<10)
	for index := range count {
		text := strconv.Itoa(index)
		if _, err := out.WriteString(text + strings.Repeat(".", 1023-len(text)) + "\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Exit ends the process in mid-call.
func (c *Caller) Exit(code int, _ *struct{}) error {
	os.Exit(code)
	return nil
}

// Panic ends the process in mid-call, as net/rpc does not recover.
func (c *Caller) Panic(text string, _ *struct{}) error {
	panic(fmt.Errorf("%s", text))
}

// HoldMany makes a hundred concurrent calls to the host's Echo and returns the order of the answers.
func (c *Caller) HoldMany(id uint32, order *[]int) error {
	client, err := c.side.connect(id)
	if err != nil {
		return err
	}
	defer client.Close()
	const count = 100
	done := make(chan *rpc.Call, count)
	for number := range count {
		client.Go("Plugin.Hold", number, new(int), done)
	}
	c.answered.Store(0)
	for range count {
		call := <-done
		if call.Error != nil {
			return call.Error
		}
		*order = append(*order, *call.Reply.(*int))
		c.answered.Add(1)
	}
	return nil
}
