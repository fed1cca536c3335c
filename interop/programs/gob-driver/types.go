package main

import (
	"errors"
	"math/big"
	"net"
	"net/url"
	"time"
)

type Point struct{ X, Y int }

type Inner struct{ A, B int }

type Outer struct {
	Name   string
	In     Inner
	Ptr    *Inner
	Nums   []int
	Pair   [2]int
	Table  map[string]int
	Data   []byte
	Flag   bool
	Ratio  float64
	Points []Point
}

type Scalars struct {
	P *int
	B *bool
	S *string
	F *float64
}

type PtrPtr struct{ P **int }

type Base struct{ ID int }
type Extra struct{ Tag string }

type Embedder struct {
	Base
	*Extra
	Own string
}

type Hidden struct {
	Shown  int
	hidden int
	Fn     func()
	Ch     chan int
	Also   string
}

type Widths struct {
	I   int
	I8  int8
	I16 int16
	I32 int32
	I64 int64
	U   uint
	U8  uint8
	U16 uint16
	U32 uint32
	U64 uint64
	UP  uintptr
	F32 float32
	F64 float64
	C64 complex64
	C   complex128
	B   bool
	S   string
}

type Rec struct {
	N    int
	Next *Rec
}

type Tree struct {
	Label string
	Kids  []Tree
	Index map[string]*Tree
}

type RecSlice []RecSlice
type RecMap map[string]RecMap

type Ping struct {
	N    int
	Pong *Pong
}
type Pong struct {
	S     string
	Pings []Ping
}

type A struct{ N int }

type Leaf struct{ N int }
type Nest struct{ V any }
type Iface struct {
	Name string
	V    any
	Tail int
}

type Registered struct{ Text string }
type Color int

type BasicError struct{ Message string }

func (e *BasicError) Error() string { return e.Message }

type Reply struct{ Err error }
type ConcreteReply struct {
	Value string
	Err   *BasicError
}

type Times struct {
	Zero, Set time.Time
	Ptr       *time.Time
	N         int
}

// GobSelf encodes itself with a value receiver, PtrGobSelf with a pointer receiver.
type GobSelf struct{ text string }

func (g GobSelf) GobEncode() ([]byte, error) { return []byte("g:" + g.text), nil }
func (g *GobSelf) GobDecode(b []byte) error  { return cut(&g.text, b, "g:") }

type PtrGobSelf struct{ text string }

func (g *PtrGobSelf) GobEncode() ([]byte, error) { return []byte("p:" + g.text), nil }
func (g *PtrGobSelf) GobDecode(b []byte) error   { return cut(&g.text, b, "p:") }

type BinarySelf struct{ text string }

func (b BinarySelf) MarshalBinary() ([]byte, error)     { return []byte("b:" + b.text), nil }
func (b *BinarySelf) UnmarshalBinary(data []byte) error { return cut(&b.text, data, "b:") }

// TextSelf has text methods only, which gob does not use: its exported field is sent.
type TextSelf struct{ Text string }

func (t TextSelf) MarshalText() ([]byte, error)     { return []byte("t:" + t.Text), nil }
func (t *TextSelf) UnmarshalText(data []byte) error { return cut(&t.Text, data, "t:") }

func cut(to *string, data []byte, prefix string) error {
	if len(data) < 2 || string(data[:2]) != prefix {
		return errors.New("missing prefix " + prefix)
	}
	*to = string(data[2:])
	return nil
}

type Selves struct {
	G GobSelf
	P PtrGobSelf
	B BinarySelf
	T TextSelf
}

type Bigs struct {
	Value big.Int
	Ptr   *big.Int
	Nil   *big.Int
}

type Network struct {
	IP  net.IP
	URL *url.URL
}

type NoExported struct{ hidden int }
