package netrpcscenario

import (
	"math/big"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-plugin"
)

// The structures resemble those of products that use net/rpc.

// HTTPRequest resembles the request that a host with plugins behind HTTP passes on.
type HTTPRequest struct {
	Method        string
	URL           *url.URL
	Header        http.Header
	Body          []byte
	ContentLength int64
	TransferCodes []string
	Form          map[string][]string
}

// Nested has maps of maps, and keys of all kinds.
type Nested struct {
	Labels   map[string]map[string]string
	Weights  map[int]map[string][]float64
	Flags    map[bool]string
	Points   map[Point]string
	ByLetter map[rune][]map[uint8]bool
	Sets     map[string]struct{}
	Empty    map[string]int
	Nil      map[string]int
}

// Point is a key, and an element.
type Point struct{ X, Y int }

// Times are times of every kind.
type Times struct {
	Zero      time.Time
	UTC       time.Time
	East      time.Time
	West      time.Time
	Seconds   time.Time
	Monotonic time.Time
	Ancient   time.Time
	Pointer   *time.Time
	Nil       *time.Time
	List      []time.Time
	ByName    map[string]time.Time
	Lasted    time.Duration
}

// Errors has errors as interface fields and as concrete types.
type Errors struct {
	Err    error
	NilErr error
	Basic  *plugin.BasicError
	Nil    *plugin.BasicError
	List   []error
	ByName map[string]error
}

// Pointers flatten on the wire.
type Pointers struct {
	Int       *int
	Zero      *int
	NilInt    *int
	Text      *string
	Point     *Point
	Origin    *Point
	NilPoint  *Point
	PointerTo **int
	List      []*Point
	ByName    map[string]*Point
}

// Numbers has every width, at its limits.
type Numbers struct {
	I8   int8
	I16  int16
	I32  int32
	I64  int64
	Int  int
	U8   uint8
	U16  uint16
	U32  uint32
	U64  uint64
	Uint uint
	F32  float32
	F64  float64
	Inf  float64
	NaN  float64
	C64  complex64
	C128 complex128
	Bool bool
	Rune rune
}

// Bigs has big.Int values.
type Bigs struct {
	Value    big.Int
	Pointer  *big.Int
	Negative *big.Int
	Nil      *big.Int
	List     []*big.Int
}

// Meta is embedded as a value, and Origin as a pointer.
type Meta struct {
	ID   string
	Tags []string
}

type Origin struct{ Host string }

// Embedded has fields of others, and ones that gob leaves out.
type Embedded struct {
	Meta
	*Origin
	Name     string
	hidden   string
	Callback func()
	Events   chan int
}

// Arrays have lengths.
type Arrays struct {
	Ints    [3]int
	Bytes   [4]byte
	Grid    [2][2]string
	Points  [2]Point
	Nothing [0]int
	Slices  [2][]int
}

// Tree refers to itself in every way.
type Tree struct {
	Name     string
	Children []*Tree
	ByName   map[string]Tree
	Next     *Tree
}

// NewerRequest is sent by a newer version; OlderRequest has fewer fields, and other ones.
type NewerRequest struct {
	Added   map[string]Point
	Name    string
	Count   int
	Removed string
	Any     any
}

type OlderRequest struct {
	Name  string
	Count int64
	Gone  []string
}

// RunArgs is registered under a custom name.
type RunArgs struct {
	Name     string
	Interval time.Duration
	Config   map[string]any
}

// AnyArgs has interface fields.
type AnyArgs struct {
	Config  any
	Values  map[string]any
	List    []any
	Nothing any
}
