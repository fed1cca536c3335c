package main

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"net"
	"net/url"
	"reflect"
	"time"
)

// A vector is a series of values from one encoder.
type vector struct {
	name   string
	values []any
}

func init() {
	register("main.Point", reflect.TypeFor[Point]())
	register("main.Leaf", reflect.TypeFor[Leaf]())
	register("main.Nest", reflect.TypeFor[Nest]())
	register("main.Color", reflect.TypeFor[Color]())
	register("[]main.Point", reflect.TypeFor[[]Point]())
	register("anything at all", reflect.TypeFor[Registered]())
	registry["*main.BasicError"] = reflect.TypeFor[*BasicError]()
	gob.Register(&BasicError{})
}

func ptr[T any](v T) *T { return &v }

func asAny(v any) *any { return &v }

func mustURL(text string) *url.URL {
	u, err := url.Parse(text)
	check(err)
	return u
}

var (
	nilA    *A
	nilIntP *int
	halfway = time.FixedZone("", 5*3600+30*60)
	odd     = time.FixedZone("", 3600+17)
	moment  = time.Date(2024, 2, 29, 12, 34, 56, 789012345, time.UTC)
)

var vectors = []vector{
	{"true", []any{true}},
	{"false", []any{false}},
	{"0", []any{0}},
	{"63", []any{63}},
	{"64", []any{64}},
	{"-64", []any{-64}},
	{"-65", []any{-65}},
	{"-129", []any{-129}},
	{"MinInt64", []any{int64(math.MinInt64)}},
	{"MaxInt64", []any{int64(math.MaxInt64)}},
	{"1<<53+1", []any{int64(1<<53 + 1)}},
	{"int8 -128", []any{int8(-128)}},
	{"uint 127", []any{uint(127)}},
	{"uint 128", []any{uint(128)}},
	{"MaxUint64", []any{uint64(math.MaxUint64)}},
	{"17.0", []any{17.0}},
	{"-0.0", []any{math.Copysign(0, -1)}},
	{"1.5", []any{1.5}},
	{"NaN", []any{math.NaN()}},
	{"+Inf", []any{math.Inf(1)}},
	{"-Inf", []any{math.Inf(-1)}},
	{"5e-324", []any{5e-324}},
	{"float32 0.1", []any{float32(0.1)}},
	{"1+2i", []any{1 + 2i}},
	{"empty string", []any{""}},
	{"Hello!", []any{"Hello!"}},
	{"multibyte string", []any{"grüße, 世界 🌍"}},
	{"invalid UTF-8", []any{"\xff\xfe"}},
	{"nil bytes", []any{[]byte(nil)}},
	{"bytes", []any{[]byte{1, 2, 3}}},
	{"Duration", []any{time.Second}},

	{"Point twice", []any{Point{22, 33}, Point{22, 33}}},
	{"Point{0,1}", []any{Point{0, 1}}},
	{"struct{}", []any{struct{}{}}},
	{"zero Outer", []any{Outer{}}},
	{"full Outer", []any{Outer{
		Name: "n", In: Inner{1, 2}, Ptr: &Inner{3, 4}, Nums: []int{5, 6}, Pair: [2]int{7, 8},
		Table: map[string]int{"k": 9}, Data: []byte{10}, Flag: true, Ratio: 0.25, Points: []Point{{11, 12}, {}},
	}}},
	{"empty containers", []any{Outer{Nums: []int{}, Table: map[string]int{}, Data: []byte{}, Points: []Point{}}}},
	{"pointers to zeros", []any{Scalars{ptr(0), ptr(false), ptr(""), ptr(0.0)}}},
	{"pointers", []any{Scalars{ptr(1), ptr(true), ptr("s"), ptr(2.0)}}},
	{"**int", []any{PtrPtr{ptr(ptr(7))}}},
	{"*nil int", []any{PtrPtr{&nilIntP}}},
	{"embedded", []any{Embedder{Base{1}, &Extra{"t"}, "o"}}},
	{"embedded nil", []any{Embedder{Base{1}, nil, "o"}}},
	{"hidden fields", []any{Hidden{Shown: 1, hidden: 2, Also: "a"}}},
	{"widths", []any{Widths{-1, -2, -3, -4, -5, 1, 2, 3, 4, 5, 6, 7.5, 8.5, 9 + 10i, 11 + 12i, true, "s"}}},
	{"Rec", []any{Rec{1, &Rec{2, &Rec{3, nil}}}, Rec{1, &Rec{3, nil}}}},
	{"Tree", []any{Tree{"root", []Tree{{Label: "kid"}, {}}, map[string]*Tree{"x": {Label: "indexed"}}}}},
	{"Ping", []any{Ping{1, &Pong{"p", []Ping{{2, nil}, {3, &Pong{S: "q"}}}}}}},
	{"**A nil", []any{&nilA}},

	{"[]int", []any{[]int{0, -1, 300}}},
	{"nil slice", []any{[]int(nil)}},
	{"[3]int", []any{[3]int{1, 0, -1}}},
	{"[0]int", []any{[0]int{}}},
	{"[2]byte", []any{[2]byte{200, 1}}},
	{"[][]string", []any{[][]string{{"a", ""}, nil, {"b"}}}},
	{"[]*Point", []any{[]*Point{{1, 2}, {}}}},
	{"map[string]int", []any{map[string]int{"a": 1}}},
	{"nil map", []any{map[string]int(nil)}},
	{"map[int]string", []any{map[int]string{0: ""}}},
	{"map[Point]bool", []any{map[Point]bool{{1, 2}: true}}},
	{"map[string][]Point", []any{map[string][]Point{"p": {{1, 2}}}}},
	{"RecSlice", []any{RecSlice{{}, {{}, {}}}}},
	{"RecMap", []any{RecMap{"a": {"b": nil}}}},

	{"nil any", []any{new(any)}},
	{"any 5", []any{asAny(5)}},
	{"any abc", []any{asAny("abc")}},
	{"any Point", []any{asAny(Point{1, 2})}},
	{"map any", []any{map[string]any{"key": "hello"}}},
	{"[]any basics", []any{[]any{
		true, "s", 1, int8(2), int16(3), int32(4), int64(5), uint(6), uint8(7), uint16(8), uint32(9), uint64(10),
		uintptr(11), float32(1.5), 2.5, complex64(3), 4i, nil, []byte{1}, []string{"a"}, []int{1}, []bool{true},
	}}},
	{"two Leafs", []any{Iface{"n", Leaf{7}, 1}, Iface{"m", Leaf{8}, 2}}},
	{"Leaf then Point", []any{[]any{Leaf{7}, Point{1, 2}, Leaf{9}}}},
	{"Nest Leaf", []any{Iface{"n", Nest{Leaf{5}}, 3}}},
	{"Nest Nest Leaf", []any{Iface{"n", Nest{Nest{Leaf{5}}}, 3}}},
	{"any []Point", []any{asAny([]Point{{1, 2}})}},
	{"nested map any", []any{map[string]any{"a": map[string]any{"b": []any{1, "x"}}}}},
	{"RegisterName", []any{Iface{"n", Registered{"r"}, 1}}},
	{"named int", []any{Iface{"n", Color(3), 1}}},
	{"error", []any{Reply{&BasicError{"boom"}}, Reply{nil}}},
	{"*BasicError", []any{ConcreteReply{"v", &BasicError{"boom"}}, ConcreteReply{"v", nil}}},

	{"time UTC", []any{moment}},
	{"time +5:30", []any{moment.In(halfway)}},
	{"time +1:00:17", []any{moment.In(odd)}},
	{"zero time", []any{time.Time{}}},
	{"time fields", []any{Times{Set: moment, N: 1}, Times{Ptr: &time.Time{}}}},
	{"marshalers", []any{&Selves{GobSelf{"1"}, PtrGobSelf{"2"}, BinarySelf{"3"}, TextSelf{"4"}}}},
	{"zero marshalers", []any{&Selves{}}},
	{"big.Int", []any{&Bigs{Value: *big.NewInt(-258), Ptr: new(big.Int).Lsh(big.NewInt(1), 100)}}},
	{"zero big.Int", []any{&Bigs{Ptr: new(big.Int)}}},
	{"*big.Int", []any{big.NewInt(7)}},
	{"net.IP and url.URL", []any{Network{net.IPv4(10, 0, 0, 1).To4(), mustURL("https://user@example.com/p?q=1")}}},

	{"error: nil", []any{nil}},
	{"error: func", []any{func() {}}},
	{"error: unregistered", []any{Iface{V: A{1}}}},
	{"error: no exported fields", []any{NoExported{1}}},
	{"error: nil slice element", []any{[]*int{nil}}},
	{"error: nil map element", []any{map[string]*int{"a": nil}}},
	{"error: nil pointer in interface", []any{Iface{V: (*BasicError)(nil)}}},
}

func findVector(name string) vector {
	for _, v := range vectors {
		if v.name == name {
			return v
		}
	}
	panic("no vector " + name)
}

// printVector encodes a vector, one piece per value.
func printVector(name string) (ans answer) {
	var stream bytes.Buffer
	enc := gob.NewEncoder(&stream)
	for _, value := range findVector(name).values {
		before := stream.Len()
		if err := encodeAny(enc, value); err != nil {
			return answer{Error: err.Error()}
		}
		ans.Hex = append(ans.Hex, hex.EncodeToString(stream.Bytes()[before:]))
	}
	return ans
}

func encodeAny(enc *gob.Encoder, value any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return enc.Encode(value)
}

// decodeVector decodes a stream from elsewhere as the values of a vector.
func decodeVector(name string, stream []byte) (dumps []any, err error) {
	dec := gob.NewDecoder(bytes.NewReader(stream))
	for _, value := range findVector(name).values {
		into := reflect.New(reflect.TypeOf(value))
		if err := dec.DecodeValue(into); err != nil {
			return dumps, err
		}
		dumps = append(dumps, dump(into.Elem()))
	}
	return dumps, nil
}
