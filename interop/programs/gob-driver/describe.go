package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"time"
)

// basics maps the names in descriptions to basic types.
var basics = map[string]reflect.Type{
	"bool": reflect.TypeFor[bool](), "string": reflect.TypeFor[string](), "bytes": reflect.TypeFor[[]byte](),
	"int": reflect.TypeFor[int](), "int8": reflect.TypeFor[int8](), "int16": reflect.TypeFor[int16](),
	"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](),
	"uint": reflect.TypeFor[uint](), "uint8": reflect.TypeFor[uint8](), "uint16": reflect.TypeFor[uint16](),
	"uint32": reflect.TypeFor[uint32](), "uint64": reflect.TypeFor[uint64](), "uintptr": reflect.TypeFor[uintptr](),
	"float32": reflect.TypeFor[float32](), "float64": reflect.TypeFor[float64](),
	"complex64": reflect.TypeFor[complex64](), "complex128": reflect.TypeFor[complex128](),
	"any": reflect.TypeFor[any](), "time": reflect.TypeFor[time.Time](), "bigInt": reflect.TypeFor[big.Int](),
}

// named holds the types that refer to themselves, which only source code can define. A test may compile more into this
// map.
var named = map[string]reflect.Type{
	"Rec": reflect.TypeFor[Rec](), "Tree": reflect.TypeFor[Tree](),
	"RecSlice": reflect.TypeFor[RecSlice](), "RecMap": reflect.TypeFor[RecMap](),
	"Ping": reflect.TypeFor[Ping](), "Pong": reflect.TypeFor[Pong](),
}

type description struct {
	Kind   string            `json:"kind"`
	Name   string            `json:"name"`
	Elem   json.RawMessage   `json:"elem"`
	Key    json.RawMessage   `json:"key"`
	Length int               `json:"length"`
	Fields []json.RawMessage `json:"fields"`
}

// parseType returns the Go type for a description such as {"kind":"slice","elem":"int"}.
func parseType(text json.RawMessage) reflect.Type {
	var name string
	if json.Unmarshal(text, &name) == nil {
		if typ := basics[name]; typ != nil {
			return typ
		}
		panic("no basic type " + name)
	}
	var d description
	if err := json.Unmarshal(text, &d); err != nil {
		panic(err)
	}
	switch d.Kind {
	case "slice":
		return reflect.SliceOf(parseType(d.Elem))
	case "array":
		return reflect.ArrayOf(d.Length, parseType(d.Elem))
	case "map":
		return reflect.MapOf(parseType(d.Key), parseType(d.Elem))
	case "ptr":
		return reflect.PointerTo(parseType(d.Elem))
	case "named":
		if typ := named[d.Name]; typ != nil {
			return typ
		}
	case "struct":
		var fields []reflect.StructField
		for _, text := range d.Fields {
			var field struct {
				Name string          `json:"name"`
				Type json.RawMessage `json:"type"`
			}
			if err := json.Unmarshal(text, &field); err != nil {
				panic(err)
			}
			fields = append(fields, reflect.StructField{Name: field.Name, Type: parseType(field.Type)})
		}
		return reflect.StructOf(fields)
	}
	panic(fmt.Sprintf("no type %s", text))
}
