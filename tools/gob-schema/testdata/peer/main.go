// Command peer is the Go side of the types in package products: it sends random values of them, and compares what comes
// back with what Go makes of its own bytes. One JSON request and one JSON answer per line.
package main

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"time"

	"github.com/go-plugin-typescript/go-plugin-typescript/tools/gob-schema/testdata/products"
	"github.com/go-plugin-typescript/go-plugin-typescript/tools/gob-schema/testdata/products/model"
)

// types are all those of the schema module, by their names there.
var types = map[string]reflect.Type{
	"Arguments":           reflect.TypeFor[products.Arguments](),
	"Base":                reflect.TypeFor[products.Base](),
	"Circle":              reflect.TypeFor[products.Circle](),
	"Containers":          reflect.TypeFor[products.Containers](),
	"Duration":            reflect.TypeFor[time.Duration](),
	"Embedder":            reflect.TypeFor[products.Embedder](),
	"Event":               reflect.TypeFor[products.Event](),
	"Extra":               reflect.TypeFor[products.Extra](),
	"Failure":             reflect.TypeFor[products.Failure](),
	"Flags":               reflect.TypeFor[products.Flags](),
	"Header":              reflect.TypeFor[http.Header](),
	"IP":                  reflect.TypeFor[net.IP](),
	"Labels":              reflect.TypeFor[products.Labels](),
	"Level":               reflect.TypeFor[products.Level](),
	"Line":                reflect.TypeFor[model.Line](),
	"Matrix":              reflect.TypeFor[products.Matrix](),
	"ModelOrder":          reflect.TypeFor[model.Order](),
	"Nodes":               reflect.TypeFor[products.Nodes](),
	"Order":               reflect.TypeFor[products.Order](),
	"Outcome":             reflect.TypeFor[products.Outcome](),
	"PageLine":            reflect.TypeFor[model.Page[*model.Line]](),
	"PageOrder":           reflect.TypeFor[model.Page[model.Order]](),
	"PageString":          reflect.TypeFor[model.Page[string]](),
	"Pages":               reflect.TypeFor[products.Pages](),
	"ProductsMap":         reflect.TypeFor[products.Map](),
	"ProductsUint8Array":  reflect.TypeFor[products.Uint8Array](),
	"Ping":                reflect.TypeFor[products.Ping](),
	"Point":               reflect.TypeFor[products.Point](),
	"Pong":                reflect.TypeFor[products.Pong](),
	"Recursive":           reflect.TypeFor[products.Recursive](),
	"RecursiveMap":        reflect.TypeFor[products.RecursiveMap](),
	"RecursiveSlice":      reflect.TypeFor[products.RecursiveSlice](),
	"Selves":              reflect.TypeFor[products.Selves](),
	"Shapes":              reflect.TypeFor[products.Shapes](),
	"Status":              reflect.TypeFor[model.Status](),
	"Temperature":         reflect.TypeFor[products.Temperature](),
	"Text":                reflect.TypeFor[products.Text](),
	"Tree":                reflect.TypeFor[products.Tree](),
	"URL":                 reflect.TypeFor[url.URL](),
	"Version":             reflect.TypeFor[products.Version](),
	"Widths":              reflect.TypeFor[products.Widths](),
	"Z_OnActivateArgs":    reflect.TypeFor[products.Z_OnActivateArgs](),
	"Z_OnActivateReturns": reflect.TypeFor[products.Z_OnActivateReturns](),
	"Z_PlaceOrderArgs":    reflect.TypeFor[products.Z_PlaceOrderArgs](),
	"Z_PlaceOrderReturns": reflect.TypeFor[products.Z_PlaceOrderReturns](),
}

type request struct {
	Op    string   `json:"op"`
	Name  string   `json:"name"`
	Seed  uint64   `json:"seed"`
	Count int      `json:"count"`
	Hex   []string `json:"hex"`
}

type answer struct {
	Hex   []string `json:"hex,omitempty"`
	Names []string `json:"names,omitempty"`
	Error string   `json:"error,omitempty"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<28)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var req request
		if err := json.Unmarshal(in.Bytes(), &req); err != nil {
			panic(err)
		}
		ans, err := handle(req)
		if err != nil {
			ans.Error = err.Error()
		}
		if err := out.Encode(ans); err != nil {
			panic(err)
		}
	}
}

func handle(req request) (ans answer, err error) {
	switch req.Op {
	case "names":
		for name := range types {
			ans.Names = append(ans.Names, name)
		}
		slices.Sort(ans.Names)
	case "encode":
		for _, value := range values(req) {
			data, err := encode(value)
			if err != nil {
				return ans, err
			}
			ans.Hex = append(ans.Hex, hex.EncodeToString(data))
		}
	case "compare":
		for i, value := range values(req) {
			if err := compare(value, req.Hex[i]); err != nil {
				return ans, fmt.Errorf("value %d: %w", i, err)
			}
		}
	case "type of any":
		for _, text := range req.Hex {
			var value any
			if err := decode(text, reflect.ValueOf(&value)); err != nil {
				return ans, err
			}
			ans.Names = append(ans.Names, fmt.Sprintf("%T %v", value, value))
		}
	}
	return ans, err
}

// values are the same for the same seed.
func values(req request) []reflect.Value {
	random := rand.New(rand.NewPCG(req.Seed, 0))
	result := make([]reflect.Value, req.Count)
	for i := range result {
		result[i] = reflect.New(types[req.Name])
		fill(random, result[i].Elem(), 5)
	}
	return result
}

// compare says how a decoded value differs from what Go makes of its own bytes.
func compare(value reflect.Value, text string) error {
	data, err := encode(value)
	if err != nil {
		return err
	}
	want, got := reflect.New(value.Type().Elem()), reflect.New(value.Type().Elem())
	if err := decode(hex.EncodeToString(data), want); err != nil {
		return err
	}
	if err := decode(text, got); err != nil {
		return err
	}
	if !reflect.DeepEqual(want.Interface(), got.Interface()) {
		return fmt.Errorf("expected %+v, got %+v", want.Elem(), got.Elem())
	}
	return nil
}

func encode(value reflect.Value) ([]byte, error) {
	var out bytes.Buffer
	err := gob.NewEncoder(&out).EncodeValue(value)
	return out.Bytes(), err
}

func decode(text string, into reflect.Value) error {
	data, err := hex.DecodeString(text)
	if err != nil {
		return err
	}
	return gob.NewDecoder(bytes.NewReader(data)).DecodeValue(into)
}
