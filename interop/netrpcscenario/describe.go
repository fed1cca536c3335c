package netrpcscenario

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"math/big"
	"net/url"
	"reflect"
	"sort"
	"strconv"
	"time"
)

// describe converts a value to JSON that is the same in every language. Nil slices and maps become empty ones, since
// not every language tells them apart.
func describe[T any](value T) any {
	return describeValue(reflect.ValueOf(&value).Elem())
}

func describeValue(v reflect.Value) any {
	if v.Kind() == reflect.Interface {
		return describeInterface(v)
	}
	switch value := v.Interface().(type) {
	case time.Time:
		return describeTime(value)
	case big.Int:
		return value.String()
	case url.URL:
		return "url " + value.String()
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return describeValue(v.Elem())
	case reflect.Struct:
		return describeStruct(v)
	case reflect.Map:
		return describeMap(v)
	case reflect.Slice, reflect.Array:
		return describeList(v)
	case reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return describeFloat(v.Float())
	case reflect.Complex64, reflect.Complex128:
		return map[string]any{"real": describeFloat(real(v.Complex())), "imag": describeFloat(imag(v.Complex()))}
	default:
		return v.Interface()
	}
}

func describeTime(at time.Time) any {
	var offset any = "UTC"
	if at.Location() != time.UTC {
		_, offset = at.Zone()
	}
	return map[string]any{"seconds": strconv.FormatInt(at.Unix(), 10), "nanoseconds": at.Nanosecond(), "offset": offset}
}

func describeFloat(value float64) any {
	switch {
	case math.IsNaN(value):
		return "NaN"
	case math.IsInf(value, 1):
		return "Infinity"
	case math.IsInf(value, -1):
		return "-Infinity"
	default:
		return value
	}
}

// describeInterface adds the type's registered name, or the name that Go registers by itself.
func describeInterface(v reflect.Value) any {
	if v.IsNil() {
		return nil
	}
	concrete := v.Elem()
	name, ok := registered[concrete.Type()]
	if !ok {
		name = concrete.Type().String()
	}
	return map[string]any{"type": name, "value": describeValue(concrete)}
}

func describeStruct(v reflect.Value) any {
	fields := map[string]any{}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.IsExported() && field.Type.Kind() != reflect.Func && field.Type.Kind() != reflect.Chan {
			fields[field.Name] = describeValue(v.Field(i))
		}
	}
	return fields
}

// describeMap returns an object, or a list of pairs when the keys are not strings.
func describeMap(v reflect.Value) any {
	object, pairs := map[string]any{}, [][2]any{}
	for entries := v.MapRange(); entries.Next(); {
		if v.Type().Key().Kind() == reflect.String {
			object[entries.Key().String()] = describeValue(entries.Value())
		} else {
			pairs = append(pairs, [2]any{describeValue(entries.Key()), describeValue(entries.Value())})
		}
	}
	if v.Type().Key().Kind() == reflect.String {
		return object
	}
	key := func(i int) string {
		text, _ := json.Marshal(pairs[i][0])
		return string(text)
	}
	sort.Slice(pairs, func(i, j int) bool { return key(i) < key(j) })
	return pairs
}

func describeList(v reflect.Value) any {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		return "hex " + hex.EncodeToString(v.Bytes())
	}
	list := make([]any, v.Len())
	for i := range list {
		list[i] = describeValue(v.Index(i))
	}
	return list
}
