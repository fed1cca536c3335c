package main

import (
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"sort"
	"strconv"
	"time"
)

// registry holds the types of interface values by name; gob's own registry is private.
var registry = map[string]reflect.Type{}

func register(name string, typ reflect.Type) {
	gob.RegisterName(name, reflect.Zero(typ).Interface())
	registry[name] = typ
}

func registered(name string) reflect.Type {
	if typ := registry[name]; typ != nil {
		return typ
	}
	panic("not registered: " + name)
}

func init() {
	for _, typ := range basics {
		if typ.Kind() == reflect.Interface || typ.PkgPath() != "" {
			continue
		}
		registry[typ.String()] = typ
		slice := reflect.SliceOf(typ)
		if typ.Kind() != reflect.Slice {
			registry[slice.String()] = slice
		}
	}
	register("[]interface {}", reflect.TypeFor[[]any]())
	register("map[string]interface {}", reflect.TypeFor[map[string]any]())
	register("time.Time", reflect.TypeFor[time.Time]())
}

// build sets a Go variable to a value in JSON. The value decides whatever the type leaves open.
func build(v reflect.Value, text json.RawMessage) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(buildTime(text)))
		return
	case big.Int:
		n, _ := new(big.Int).SetString(parse[string](text), 10)
		v.Set(reflect.ValueOf(n).Elem())
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(parse[bool](text))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(parse[string](text), 10, 64)
		check(err)
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		n, err := strconv.ParseUint(parse[string](text), 10, 64)
		check(err)
		v.SetUint(n)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(parseBits(parse[string](text)))
	case reflect.Complex64, reflect.Complex128:
		parts := parse[[2]string](text)
		v.SetComplex(complex(parseBits(parts[0]), parseBits(parts[1])))
	case reflect.String:
		v.SetString(string(parse[[]byte](text)))
	case reflect.Slice:
		buildSlice(v, text)
	case reflect.Array:
		for i, elem := range parse[[]json.RawMessage](text) {
			build(v.Index(i), elem)
		}
	case reflect.Map:
		if string(text) == "null" {
			return
		}
		v.Set(reflect.MakeMap(v.Type()))
		for _, entry := range parse[[][2]json.RawMessage](text) {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			build(key, entry[0])
			build(elem, entry[1])
			v.SetMapIndex(key, elem)
		}
	case reflect.Pointer:
		if string(text) != "null" {
			v.Set(reflect.New(v.Type().Elem()))
			build(v.Elem(), text)
		}
	case reflect.Struct:
		for i, field := range parse[[]json.RawMessage](text) {
			build(v.Field(i), field)
		}
	case reflect.Interface:
		if string(text) != "null" {
			entry := parse[struct {
				Type  string
				Value json.RawMessage
			}](text)
			concrete := reflect.New(registered(entry.Type)).Elem()
			build(concrete, entry.Value)
			v.Set(concrete)
		}
	default:
		panic("cannot build " + v.Type().String())
	}
}

func buildSlice(v reflect.Value, text json.RawMessage) {
	if string(text) == "null" {
		return
	}
	if v.Type().Elem().Kind() == reflect.Uint8 {
		v.SetBytes(parse[[]byte](text))
		return
	}
	elems := parse[[]json.RawMessage](text)
	v.Set(reflect.MakeSlice(v.Type(), len(elems), len(elems)))
	for i, elem := range elems {
		build(v.Index(i), elem)
	}
}

func buildTime(text json.RawMessage) time.Time {
	parts := parse[struct {
		Seconds     string
		Nanoseconds int64
		Offset      any
	}](text)
	seconds, err := strconv.ParseInt(parts.Seconds, 10, 64)
	check(err)
	// time.Unix would add its own zone.
	t := time.Unix(seconds, parts.Nanoseconds).UTC()
	if offset, ok := parts.Offset.(float64); ok {
		t = t.In(time.FixedZone("", int(offset)))
	}
	return t
}

// dump shows a value in the same JSON. Values that gob does not distinguish (nil and empty, pointers to pointers) are
// shown the same.
func dump(v reflect.Value) any {
	var special any
	if v.Kind() != reflect.Interface {
		special = v.Interface()
	}
	switch x := special.(type) {
	case time.Time:
		var offset any = "UTC"
		if x.Location() != time.UTC {
			_, offset = x.Zone()
		}
		return map[string]any{"seconds": strconv.FormatInt(x.Unix(), 10), "nanoseconds": x.Nanosecond(), "offset": offset}
	case big.Int:
		return x.String()
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.FormatUint(v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return formatBits(v.Float())
	case reflect.Complex64, reflect.Complex128:
		return []string{formatBits(real(v.Complex())), formatBits(imag(v.Complex()))}
	case reflect.String:
		return base64.StdEncoding.EncodeToString([]byte(v.String()))
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return base64.StdEncoding.EncodeToString(v.Bytes())
		}
		fallthrough
	case reflect.Array:
		elems := make([]any, v.Len())
		for i := range elems {
			elems[i] = dump(v.Index(i))
		}
		return elems
	case reflect.Map:
		return dumpMap(v)
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return dump(v.Elem())
	case reflect.Struct:
		fields := []any{}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Field(i).Kind() != reflect.Func && v.Field(i).Kind() != reflect.Chan {
				fields = append(fields, dump(v.Field(i)))
			}
		}
		if len(fields) == 0 && v.NumField() > 0 {
			return fmt.Sprintf("%+v", v.Interface())
		}
		return fields
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		for name, typ := range registry {
			if typ == v.Elem().Type() {
				return map[string]any{"type": name, "value": dump(v.Elem())}
			}
		}
	}
	panic("cannot dump " + v.Type().String())
}

func dumpMap(v reflect.Value) any {
	entries := [][2]any{}
	for iter := v.MapRange(); iter.Next(); {
		entries = append(entries, [2]any{dump(iter.Key()), dump(iter.Value())})
	}
	sort.Slice(entries, func(i, j int) bool { return marshal(entries[i]) < marshal(entries[j]) })
	return entries
}

func marshal(v any) string {
	text, err := json.Marshal(v)
	check(err)
	return string(text)
}

func parse[T any](text json.RawMessage) (v T) {
	if err := json.Unmarshal(text, &v); err != nil {
		panic(fmt.Sprintf("%s: %v", text, err))
	}
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func parseBits(text string) float64 {
	bits, err := strconv.ParseUint(text, 16, 64)
	check(err)
	return math.Float64frombits(bits)
}

func formatBits(f float64) string {
	if math.IsNaN(f) {
		return "NaN"
	}
	return fmt.Sprintf("%016x", math.Float64bits(f))
}
