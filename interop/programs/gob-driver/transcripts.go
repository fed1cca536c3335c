package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"sync"
)

// Control, Dispenser, Plugin and KV are like go-plugin's own net/rpc services and its examples'.
type Control struct{}

func (Control) Ping(_ bool, reply *struct{}) error { *reply = struct{}{}; return nil }
func (Control) Quit(_ bool, reply *struct{}) error { *reply = struct{}{}; return nil }

type Dispenser struct{ next uint32 }

func (d *Dispenser) Dispense(name string, id *uint32) error {
	if name != "greeter" {
		return errors.New("unknown plugin type: " + name)
	}
	d.next++
	*id = d.next
	return nil
}

type Greeter struct{}

func (Greeter) Greet(_ any, reply *string) error { *reply = "Hello!"; return nil }
func (Greeter) Add(args Point, sum *int) error   { *sum = args.X + args.Y; return nil }
func (Greeter) Silent(_ bool, _ *struct{}) error { return errors.New("") }
func (Greeter) Headers(_ bool, reply *map[string][]string) error {
	return nil
}

func (Greeter) Any(args any, reply *string) error { *reply = fmt.Sprint(args); return nil }

// gates hold each call of Hold until its channel receives a value.
var gates = [3]chan struct{}{make(chan struct{}), make(chan struct{}), make(chan struct{})}

func (Greeter) Hold(n int, reply *int) error { <-gates[n]; *reply = n; return nil }

type KV struct{ values map[string][]byte }

func (kv *KV) Put(args map[string]any, _ *any) error {
	for key, value := range args {
		kv.values[key] = value.([]byte)
	}
	return nil
}

func (kv *KV) Get(key string, value *[]byte) error {
	*value = kv.values[key]
	return nil
}

// A transcript is a series of calls; their results do not matter here.
type transcript func(client *rpc.Client, connection *recorder)

var transcripts = map[string]transcript{
	"rpc: Ping twice, Quit": func(client *rpc.Client, _ *recorder) {
		for _, method := range []string{"Control.Ping", "Control.Ping", "Control.Quit"} {
			client.Call(method, true, new(struct{}))
		}
	},
	"rpc: Dispense": func(client *rpc.Client, _ *recorder) {
		client.Call("Dispenser.Dispense", "greeter", new(uint32))
		client.Call("Dispenser.Dispense", "nope", new(uint32))
		client.Call("Dispenser.Dispense", "greeter", new(uint32))
	},
	"rpc: Greet twice": func(client *rpc.Client, _ *recorder) {
		client.Call("Plugin.Greet", new(any), new(string))
		client.Call("Plugin.Greet", new(any), new(string))
	},
	"rpc: Put and Get": func(client *rpc.Client, _ *recorder) {
		client.Call("KV.Put", map[string]any{"hello": []byte("world")}, new(any))
		client.Call("KV.Get", "hello", new([]byte))
		client.Call("KV.Get", "nothing", new([]byte))
	},
	"rpc: no such service, method, name": func(client *rpc.Client, _ *recorder) {
		client.Call("Nope.Get", "a", new(string))
		client.Call("Plugin.Nope", "a", new(string))
		client.Call("nodot", "a", new(string))
		client.Call("Control.Ping", true, new(struct{}))
	},
	"rpc: wrong arguments, then right ones": func(client *rpc.Client, _ *recorder) {
		client.Call("Plugin.Add", "a", new(int))
		client.Call("Plugin.Add", Point{1, 2}, new(int))
	},
	"rpc: empty error": func(client *rpc.Client, _ *recorder) {
		client.Call("Plugin.Silent", true, new(struct{}))
	},
	"rpc: nil map": func(client *rpc.Client, _ *recorder) {
		client.Call("Plugin.Headers", true, new(map[string][]string))
	},
	"rpc: replies out of order": func(client *rpc.Client, _ *recorder) {
		var calls [3]*rpc.Call
		for n := range calls {
			calls[n] = client.Go("Plugin.Hold", n, new(int), nil)
		}
		for _, n := range []int{2, 0, 1} {
			gates[n] <- struct{}{}
			<-calls[n].Done
		}
	},
	// The server reads the second request's header as the first request's argument, and gives up.
	"rpc: nil interface for an unknown method": func(client *rpc.Client, connection *recorder) {
		connection.reading.Lock()
		calls := []*rpc.Call{
			client.Go("Plugin.Nope", new(any), new(string), nil),
			client.Go("Plugin.Any", new(any), new(string), nil),
			client.Go("Plugin.Hold", 1, new(int), nil),
		}
		connection.reading.Unlock()
		for _, call := range calls {
			<-call.Done
		}
	},
}

// recorder keeps the bytes written to a connection.
type recorder struct {
	io.ReadWriteCloser
	mutex   sync.Mutex
	written []byte
	// reading is held to keep the bytes that have arrived from the reader.
	reading sync.Mutex
}

func (r *recorder) Read(data []byte) (int, error) {
	n, err := r.ReadWriteCloser.Read(data)
	r.reading.Lock()
	defer r.reading.Unlock()
	return n, err
}

func (r *recorder) Write(data []byte) (int, error) {
	r.mutex.Lock()
	r.written = append(r.written, data...)
	r.mutex.Unlock()
	return r.ReadWriteCloser.Write(data)
}

// printTranscript runs a transcript's calls. The answer holds the bytes that the client and the server sent.
func printTranscript(name string) (ans answer) {
	server := rpc.NewServer()
	for _, service := range []any{Control{}, new(Dispenser), &KV{map[string][]byte{}}} {
		check(server.Register(service))
	}
	check(server.RegisterName("Plugin", Greeter{}))
	a, b := connected()
	client, serving := &recorder{ReadWriteCloser: a}, &recorder{ReadWriteCloser: b}
	go server.ServeConn(serving)
	caller := rpc.NewClient(client)
	transcripts[name](caller, client)
	caller.Close()
	ans.Hex = []string{hex.EncodeToString(client.written), hex.EncodeToString(serving.written)}
	return ans
}

// connected returns the two ends of a connection that buffers unread bytes.
func connected() (net.Conn, net.Conn) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	defer listener.Close()
	a, err := net.Dial("tcp", listener.Addr().String())
	check(err)
	b, err := listener.Accept()
	check(err)
	return a, b
}
