package main

import (
	"math/big"
	"math/rand/v2"
	"net/url"
	"reflect"
	"time"

	"github.com/go-plugin-typescript/go-plugin-typescript/tools/gob-schema/testdata/products"
)

// made are the types whose fields reflection cannot set.
var made = map[reflect.Type]func(*rand.Rand) any{
	reflect.TypeFor[time.Time](): func(r *rand.Rand) any { return time.UnixMilli(r.Int64N(1 << 42)).UTC() },
	reflect.TypeFor[big.Int]():   func(r *rand.Rand) any { return *big.NewInt(r.Int64() - 1<<62) },
	reflect.TypeFor[url.URL]():   func(*rand.Rand) any { return url.URL{Scheme: "https", Host: "example.com", Path: "/ä b"} },
	reflect.TypeFor[products.Temperature](): func(r *rand.Rand) any {
		var heat products.Temperature
		_ = heat.GobDecode([]byte{byte(r.Uint32())})
		return heat
	},
	reflect.TypeFor[products.Version](): func(r *rand.Rand) any {
		var version products.Version
		_ = version.UnmarshalBinary([]byte{byte(r.Uint32()), byte(r.Uint32())})
		return version
	},
}

// held are values that interfaces may hold, and that stay of their type when a program without Go's types passes them on.
var held = []any{5, "text", true, 1.5, []byte{1, 2}, products.Circle{Radius: 2}, &products.Failure{Message: "no", Code: 7},
	[]any{1, nil, "two"}, map[string]any{"a": 1, "b": nil}, products.Arguments{Name: "x", Options: map[string]any{}}}

// fill sets a variable to a random value. Maps are never nil: nil and empty ones differ in Go, and in TypeScript do not.
func fill(r *rand.Rand, v reflect.Value, depth int) {
	if make := made[v.Type()]; make != nil {
		v.Set(reflect.ValueOf(make(r)))
		return
	}
	count := r.IntN(3)
	if depth <= 0 {
		count = 0
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int:
		v.SetInt(r.Int64N(1<<53) - 1<<52) // what a number of JavaScript holds
	case reflect.Uint:
		v.SetUint(r.Uint64N(1 << 53))
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(r.Uint64()) >> (64 - v.Type().Bits()))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(r.Uint64() >> (64 - v.Type().Bits()))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(float32(r.NormFloat64())))
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(float64(float32(r.NormFloat64())), 0.5))
	case reflect.String:
		v.SetString([]string{"", "a", "grüße", "世界", "__proto__"}[r.IntN(5)])
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), count, count))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			fillElement(r, v.Index(i), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range count {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fillElement(r, key, depth-1)
			fillElement(r, elem, depth-1)
			v.SetMapIndex(key, elem)
		}
	case reflect.Pointer:
		if count > 0 {
			fillElement(r, v, depth)
		}
	case reflect.Interface:
		if candidate := held[r.IntN(len(held))]; reflect.TypeOf(candidate).AssignableTo(v.Type()) {
			v.Set(reflect.ValueOf(candidate))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(r, v.Field(i), depth-1)
			}
		}
	}
}

// fillElement makes no nil pointers, which gob cannot send as elements.
func fillElement(r *rand.Rand, v reflect.Value, depth int) {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	fill(r, v, depth)
}
