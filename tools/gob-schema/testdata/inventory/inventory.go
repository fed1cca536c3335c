// Package inventory is what host and plugin share.
package inventory

import (
	"encoding/gob"
	"net"
	"net/rpc"
	"time"
)

// Store is what plugins implement; Listener is what the host lets them call.
type Store interface {
	Save(item Item) (id int64, err error)
	Find(query Query) ([]Item, error)
	Watch(listener Listener) error
}

type Listener interface {
	Changed(item Item) error
}

type Item struct {
	ID     int64
	Name   string
	Count  int
	Price  *float64 // nil when it is not for sale
	Added  time.Time
	Parts  []*Item
	Labels map[string]string
	Extra  any
	cached bool
}

type Query struct {
	Text  string
	Since time.Time
	Limit *int
}

type FindReply struct {
	Items []Item
	Err   error
}

type NotFound struct{ Text string }

func (e *NotFound) Error() string { return "nothing is called " + e.Text }

type Size struct{ Width, Height float64 }

func init() {
	gob.Register(&NotFound{})
	gob.Register(Size{})
}

// StoreServer is what the method Server of the plugin.Plugin returns. Its dial is MuxBroker.Dial.
type StoreServer struct {
	impl Store
	dial func(id uint32) (net.Conn, error)
}

func (s *StoreServer) Save(item Item, id *int64) (err error) {
	*id, err = s.impl.Save(item)
	return err
}

func (s *StoreServer) Find(query Query, reply *FindReply) error {
	reply.Items, reply.Err = s.impl.Find(query)
	return nil
}

func (s *StoreServer) Watch(listenerID uint32, _ *struct{}) error {
	conn, err := s.dial(listenerID)
	if err != nil {
		return err
	}
	return s.impl.Watch(&listenerClient{rpc.NewClient(conn)})
}

// ListenerServer is what the host gives to MuxBroker.AcceptAndServe.
type ListenerServer struct{ impl Listener }

func (s *ListenerServer) Changed(item Item, _ *struct{}) error {
	return s.impl.Changed(item)
}

type listenerClient struct{ client *rpc.Client }

func (c *listenerClient) Changed(item Item) error {
	return c.client.Call("Plugin.Changed", item, &struct{}{})
}
