package netrpcscenario

import (
	"encoding/gob"
	"math"
	"math/big"
	"net/http"
	"net/url"
	"reflect"
	"time"

	"github.com/hashicorp/go-plugin"
)

// registered maps concrete types in interface values to their names, except for the types that Go registers itself.
var registered = map[reflect.Type]string{
	reflect.TypeOf(&plugin.BasicError{}):   "*plugin.BasicError",
	reflect.TypeOf(time.Time{}):            "time.Time",
	reflect.TypeOf([]any{}):                "[]interface {}",
	reflect.TypeOf(map[string]any{}):       "map[string]interface {}",
	reflect.TypeOf(RunArgs{}):              "RunArgs",
	reflect.TypeOf(&AnyArgs{}):             "AnyArgs",
	reflect.TypeOf(map[string][]string{}):  "Values",
	reflect.TypeOf(http.Header{}):          "net/http.Header",
	reflect.TypeOf([]*plugin.BasicError{}): "BasicErrors",
}

func init() {
	gob.Register(&plugin.BasicError{})
	gob.Register(time.Time{})
	gob.Register([]any{})
	gob.Register(map[string]any{})
	gob.RegisterName("RunArgs", RunArgs{})
	gob.RegisterName("AnyArgs", &AnyArgs{})
	gob.RegisterName("Values", map[string][]string{})
	gob.Register(http.Header{})
	gob.RegisterName("BasicErrors", []*plugin.BasicError{})
}

func pointer[T any](value T) *T { return &value }

func mustParse(text string) *url.URL {
	parsed, err := url.Parse(text)
	if err != nil {
		panic(err)
	}
	return parsed
}

func bigInt(text string) *big.Int {
	value, ok := new(big.Int).SetString(text, 10)
	if !ok {
		panic("not a number: " + text)
	}
	return value
}

var moment = time.Date(2024, 2, 29, 23, 59, 58, 123456789, time.UTC)

// monotonic adds a reading of the monotonic clock, which gob does not send.
func monotonic(at time.Time) time.Time {
	now := time.Now()
	return now.Add(at.Sub(now)).UTC()
}

var structures = map[string]func(*Host) (any, error){
	"http": exchange[HTTPRequest]("EchoHTTP", HTTPRequest{
		Method:        "POST",
		URL:           mustParse("https://user:secret@example.com:8443/a/b%20c?q=1&q=2#end"),
		Header:        http.Header{"Accept": {"text/html", "*/*;q=0.1"}, "X-Empty": {}, "X-Unicode": {"grüße, 世界"}},
		Body:          []byte{0, 1, 0x7f, 0x80, 0xff},
		ContentLength: 1<<53 + 1,
		TransferCodes: []string{"chunked", ""},
		Form:          map[string][]string{"q": {"1", "2"}},
	}),
	"http, empty": exchange[HTTPRequest]("EchoHTTP", HTTPRequest{}),
	"nested": exchange[Nested]("EchoNested", Nested{
		Labels:   map[string]map[string]string{"a": {"b": "c", "": "empty"}, "none": {}},
		Weights:  map[int]map[string][]float64{-1: {"x": {0, 1.5, -2.25}}, 1 << 40: {}},
		Flags:    map[bool]string{true: "yes", false: "no"},
		Points:   map[Point]string{{1, 2}: "a", {}: "origin"},
		ByLetter: map[rune][]map[uint8]bool{'ä': {{255: true}, {0: false}}},
		Sets:     map[string]struct{}{"in": {}, "__proto__": {}},
		Empty:    map[string]int{},
	}),
	"times": exchange[Times]("EchoTimes", Times{
		UTC:       moment,
		East:      moment.In(time.FixedZone("IST", 5*3600+1800)),
		West:      moment.In(time.FixedZone("", -8*3600)),
		Seconds:   moment.In(time.FixedZone("LMT", 3600+17)),
		Monotonic: monotonic(moment),
		Ancient:   time.Date(-44, 3, 15, 0, 0, 0, 0, time.UTC),
		Pointer:   pointer(moment),
		List:      []time.Time{moment, {}},
		ByName:    map[string]time.Time{"zero": {}, "epoch": time.Unix(0, 0).UTC()},
		Lasted:    -90 * time.Second,
	}),
	"errors": exchange[Errors]("EchoErrors", Errors{
		Err:    plugin.NewBasicError(errText("the disk is full")),
		Basic:  plugin.NewBasicError(errText("and the net is down")),
		List:   []error{nil, plugin.NewBasicError(errText("")), nil},
		ByName: map[string]error{"nil": nil, "set": plugin.NewBasicError(errText("set"))},
	}),
	"errors, none": exchange[Errors]("EchoErrors", Errors{}),
	"pointers": exchange[Pointers]("EchoPointers", Pointers{
		Int:       pointer(-5),
		Zero:      pointer(0),
		Text:      pointer("text"),
		Point:     &Point{1, -1},
		Origin:    &Point{},
		PointerTo: pointer(pointer(7)),
		List:      []*Point{{1, 2}, {}},
		ByName:    map[string]*Point{"a": {3, 4}, "zero": {}},
	}),
	"numbers, lowest": exchange[Numbers]("EchoNumbers", Numbers{
		math.MinInt8, math.MinInt16, math.MinInt32, math.MinInt64, -1<<53 + 1, 0, 0, 0, 0, 0,
		-math.MaxFloat32, -math.MaxFloat64, math.Inf(-1), math.NaN(), complex(-1.5, 0.25), complex(0, -1e300), false, -1,
	}),
	"numbers, highest": exchange[Numbers]("EchoNumbers", Numbers{
		math.MaxInt8, math.MaxInt16, math.MaxInt32, math.MaxInt64, 1<<53 - 1,
		math.MaxUint8, math.MaxUint16, math.MaxUint32, math.MaxUint64, 1<<53 - 1,
		math.SmallestNonzeroFloat32, math.SmallestNonzeroFloat64, math.Inf(1), 0.1, complex(1, 2), complex(0.1, 1e-300), true, 0x10ffff,
	}),
	"bigs": exchange[*Bigs]("EchoBigs", &Bigs{
		Value:    *bigInt("123456789012345678901234567890"),
		Pointer:  bigInt("0"),
		Negative: bigInt("-340282366920938463463374607431768211456"),
		List:     []*big.Int{bigInt("1"), bigInt("-255"), bigInt("65536")},
	}),
	"embedded": exchange[Embedded]("EchoEmbedded", Embedded{
		Meta:     Meta{"id", []string{"a", "b"}},
		Origin:   &Origin{"example.com"},
		Name:     "name",
		hidden:   "not sent",
		Callback: func() {},
		Events:   make(chan int),
	}),
	"embedded, nil": exchange[Embedded]("EchoEmbedded", Embedded{Name: "alone"}),
	"arrays": exchange[Arrays]("EchoArrays", Arrays{
		Ints:   [3]int{1, 0, -1},
		Bytes:  [4]byte{200, 0, 1, 255},
		Grid:   [2][2]string{{"a", ""}, {"", "d"}},
		Points: [2]Point{{1, 2}, {}},
		Slices: [2][]int{{1}, nil},
	}),
	"tree": exchange[*Tree]("EchoTree", &Tree{
		Name:     "root",
		Children: []*Tree{{Name: "a", Next: &Tree{Name: "after a"}}, {Children: []*Tree{{Name: "grandchild"}}}},
		ByName:   map[string]Tree{"leaf": {Name: "leaf"}, "": {}},
		Next:     list(500),
	}),
	"version skew": func(h *Host) (any, error) {
		var older Echoed[OlderRequest]
		err := h.client.Call("Plugin.EchoOlder", NewerRequest{
			Added:   map[string]Point{"new": {1, 2}},
			Name:    "name",
			Count:   3,
			Removed: "removed",
			Any:     RunArgs{Name: "skipped", Interval: time.Second},
		}, &older)
		return outcomeOf(older, err)
	},
	"any, of each kind": func(h *Host) (any, error) {
		values := []any{
			nil, true, "text", -1, int8(-8), int16(16), int32(-32), int64(math.MinInt64),
			uint(1), uint8(255), uint16(16), uint32(32), uint64(math.MaxUint64), float32(0.5), 0.1, complex(1, -1),
			[]byte{1, 2}, []string{"a", ""}, []int{1}, []float64{1.5}, moment, http.Header{"A": {"b"}},
			[]any{nil, 1, "two", []any{3.5}, map[string]any{"four": []byte{5}}},
			map[string]any{"nil": nil, "n": 1, "deep": map[string]any{"list": []any{}}},
			map[string][]string{"a": {"b"}},
			RunArgs{"run", time.Minute, map[string]any{"key": "value", "args": &AnyArgs{Config: 1}}},
			&AnyArgs{Config: plugin.NewBasicError(errText("inside")), Values: map[string]any{"at": moment}, List: []any{uint8(1), nil}},
			plugin.NewBasicError(errText("failed")),
			[]*plugin.BasicError{{Message: "one"}, {Message: "two"}},
		}
		outcomes := make([]any, len(values))
		for i, value := range values {
			var reply Echoed[any]
			if err := h.client.Call("Plugin.EchoAny", &value, &reply); err != nil {
				return nil, err
			}
			outcomes[i], _ = outcomeOf(reply, nil)
		}
		return outcomes, nil
	},
	"any, passed through": func(h *Host) (any, error) {
		var value, reply any = RunArgs{Name: "run", Config: map[string]any{"n": 1}}, nil
		if err := h.client.Call("Plugin.PassAny", &value, &reply); err != nil {
			return nil, err
		}
		passed := describe(reply)
		var none, nothing any
		if err := h.client.Call("Plugin.PassAny", &none, &nothing); err != nil {
			return nil, err
		}
		return []any{passed, describe(nothing)}, nil
	},
}

func list(length int) *Tree {
	var first *Tree
	for range length {
		first = &Tree{Name: "next", Next: first}
	}
	return first
}

type errText string

func (e errText) Error() string { return string(e) }
