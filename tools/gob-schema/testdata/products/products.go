// Package products has services and types like those of real products, and every kind of type that gob has a rule for.
package products

import (
	"encoding/gob"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/go-plugin-typescript/go-plugin-typescript/tools/gob-schema/testdata/products/model"
)

func init() {
	gob.Register(map[string]interface{}{})
	gob.Register([]interface{}{})
	gob.Register(time.Time{})
	gob.Register(Circle{})
	gob.Register(&Failure{})
	gob.Register([]*model.Line{})
	gob.Register(map[string][]string{})
	gob.Register(model.Page[string]{})
	gob.Register(&model.Page[*model.Line]{})
	gob.RegisterName("products.Arguments", Arguments{})
	gob.Register(Level(0))
	gob.Register(struct{ A int }{})
	gob.Register(map[string]struct {
		A *Level `json:"a"`
		Circle
	}{})
}

// Hooks is what a product makes plugins implement; it does not say what crosses the wire.
type Hooks interface {
	OnActivate() error
	PlaceOrder(order *model.Order, header http.Header) (*model.Order, error)
}

// HooksServer is what net/rpc serves.
type HooksServer struct{ impl Hooks }

type Z_PlaceOrderArgs struct {
	A *model.Order
	B http.Header
}

type Z_PlaceOrderReturns struct {
	A *model.Order
	B error
}

type Z_OnActivateArgs struct {
	APIMuxID uint32
}

type Z_OnActivateReturns struct {
	A error
}

func (s *HooksServer) OnActivate(args *Z_OnActivateArgs, returns *Z_OnActivateReturns) error {
	returns.A = s.impl.OnActivate()
	return nil
}

func (s *HooksServer) PlaceOrder(args *Z_PlaceOrderArgs, returns *Z_PlaceOrderReturns) error {
	returns.A, returns.B = s.impl.PlaceOrder(args.A, args.B)
	return nil
}

// Watch cannot be sent, Close not be called.
func (s *HooksServer) Watch(args Subscription, reply *bool) error { return nil }
func (s *HooksServer) Close() error                               { return nil }

// Unreadable goes both ways without a struct between; Go's own decoder panics on such types.
type (
	Unreadable []Unwritable
	Unwritable map[int]Unreadable
)

type Subscription struct {
	Topics []chan string
}

// Store has a method for every kind of type.
type Store struct{}

func (Store) Any(args any, reply *any) error                            { return nil }
func (Store) Bytes(key string, reply *[]byte) error                     { return nil }
func (Store) Draw(args Shapes, reply *Shapes) error                     { return nil }
func (Store) Embedded(args Embedder, reply *Embedder) error             { return nil }
func (Store) Fail(args bool, reply *Outcome) error                      { return nil }
func (Store) Globals(args Uint8Array, reply *Map) error                 { return nil }
func (Store) Levels(args []Level, reply *map[Level]string) error        { return nil }
func (Store) Nothing(args struct{}, reply *struct{}) error              { return nil }
func (Store) Pages(args model.Page[*model.Line], reply *Pages) error    { return nil }
func (Store) Put(args map[string]interface{}, reply *interface{}) error { return nil }
func (Store) Recursive(args Tree, reply *Recursive) error               { return nil }
func (Store) Renamed(args Order, reply *model.Order) error              { return nil }
func (Store) Self(args Selves, reply *Selves) error                     { return nil }
func (Store) Times(args []time.Time, reply **time.Duration) error       { return nil }
func (Store) Widths(args Widths, reply *Containers) error               { return nil }

// Order shares its name with a type of package model.
type Order struct {
	Number  string
	Default Level
}

type Level uint8

// Uint8Array and Map have the names of globals that the module uses.
type Uint8Array struct{ Bits []bool }

type Map map[int]string

type Arguments struct {
	Name    string
	Options map[string]any
	Extra   any
}

// Shape is an interface; Circle is registered for it.
type Shape interface{ Area() float64 }

type Circle struct{ Radius float64 }

func (c Circle) Area() float64 { return c.Radius * c.Radius * 3 }

type Shapes struct {
	Main   Shape
	Others []Shape
	ByName map[string]Shape
	Any    any
}

// Failure is an error that gob can send.
type Failure struct {
	Message string
	Code    int
}

func (f *Failure) Error() string { return f.Message }

type Outcome struct {
	Value    string
	Err      error
	Concrete *Failure
	Errors   []*Failure
}

type Base struct{ ID int64 }
type Extra struct{ Tag string }
type hidden struct{ Lost string }

type Embedder struct {
	Base
	*Extra
	hidden
	model.Status
	Own      string
	private  int
	Callback func() error
	Done     chan struct{}
	Handler  *func()
}

type Widths struct {
	Int    int
	Int8   int8
	Int16  int16
	Int32  int32
	Int64  int64
	Uint   uint
	Uint8  uint8
	Uint16 uint16
	Uint32 uint32
	Uint64 uint64
	Ptr    uintptr
	F32    float32
	F64    float64
	C64    complex64
	C128   complex128
	Rune   rune
	Byte   byte
	Bool   bool
	Text   string
	Wait   time.Duration
}

type Flags [4]byte
type Labels map[string]string
type Matrix [2][3]float64
type Point struct{ X, Y int }

type Containers struct {
	Flags    Flags
	Labels   Labels
	Matrix   Matrix
	Data     []byte
	Marks    []*byte
	Levels   []Level
	Nested   map[string]map[int]map[Point][]string
	Optional *[]string
	Inline   struct {
		Name  string
		Inner *struct{ Points []*Point }
	}
	Header http.Header
}

type Pages struct {
	Orders  model.Page[model.Order]
	Strings model.Page[string]
}

type Tree struct {
	Label string
	Kids  []Tree
	Index map[string]*Tree
	Nodes Nodes
}

type Nodes []*Tree

type Ping struct {
	N    int
	Pong *Pong
}

type Pong struct {
	Text  string
	Pings []Ping
}

type RecursiveSlice []RecursiveSlice
type RecursiveMap map[string]RecursiveMap

type Recursive struct {
	Slice  RecursiveSlice
	Map    RecursiveMap
	Ping   Ping
	Inline []struct {
		Up *Recursive
	}
}

// Temperature encodes itself, Version by pointer receivers.
type Temperature struct{ celsius float64 }

func (t Temperature) GobEncode() ([]byte, error)   { return []byte{byte(t.celsius)}, nil }
func (t *Temperature) GobDecode(data []byte) error { t.celsius = float64(data[0]); return nil }

type Version struct{ major, minor byte }

func (v *Version) MarshalBinary() ([]byte, error) { return []byte{v.major, v.minor}, nil }
func (v *Version) UnmarshalBinary(data []byte) error {
	v.major, v.minor = data[0], data[1]
	return nil
}

// Event encodes itself as its embedded time does; its Name is lost.
type Event struct {
	time.Time
	Name string
}

// Text has text methods only, which gob does not use.
type Text struct{ Value string }

func (t Text) MarshalText() ([]byte, error)     { return []byte(t.Value), nil }
func (t *Text) UnmarshalText(data []byte) error { t.Value = string(data); return nil }

type Selves struct {
	At      time.Time
	Maybe   *time.Time
	Total   *big.Int
	Address net.IP
	Link    *url.URL
	Heat    Temperature
	Heats   []Temperature
	Version *Version
	Event   Event
	Text    Text
}
