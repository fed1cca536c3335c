// Command gob-driver gives tests access to Go's encoding/gob: one JSON request and one JSON answer per line. With the
// name of a golden vector as its argument it prints that vector instead, because type ids are numbered per process.
package main

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sort"
)

type request struct {
	Op     string            `json:"op"`
	Name   string            `json:"name"`
	Type   json.RawMessage   `json:"type"`
	Into   json.RawMessage   `json:"into"`
	Values []json.RawMessage `json:"values"`
	Hex    string            `json:"hex"`
	Count  int               `json:"count"`
}

type answer struct {
	Hex   []string `json:"hex,omitempty"`
	Dumps []any    `json:"dumps,omitempty"`
	Names []string `json:"names,omitempty"`
	Error string   `json:"error,omitempty"`
	// Microseconds per value.
	Encode float64 `json:"encode,omitempty"`
	Decode float64 `json:"decode,omitempty"`
}

func main() {
	if len(os.Args) > 1 {
		if transcripts[os.Args[1]] != nil {
			write(os.Stdout, printTranscript(os.Args[1]))
		} else {
			write(os.Stdout, printVector(os.Args[1]))
		}
		return
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<28)
	out := bufio.NewWriter(os.Stdout)
	for in.Scan() {
		var req request
		var ans answer
		if err := json.Unmarshal(in.Bytes(), &req); err != nil {
			ans = answer{Error: err.Error()}
		} else {
			ans = handle(req)
		}
		write(out, ans)
		out.Flush()
	}
}

func write(w interface{ Write([]byte) (int, error) }, ans answer) {
	text, err := json.Marshal(ans)
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(w, "%s\n", text)
}

func handle(req request) (ans answer) {
	defer func() {
		if r := recover(); r != nil {
			ans.Error = fmt.Sprint("panic: ", r)
		}
	}()
	var err error
	switch req.Op {
	case "register":
		register(req.Name, parseType(req.Type))
	case "encode":
		ans, err = encode(req)
	case "decode":
		data, _ := hex.DecodeString(req.Hex)
		ans.Dumps, err = decode(gob.NewDecoder(bytes.NewReader(data)), baseType(parseType(req.Type)), req.Count)
	case "vectors":
		for _, v := range vectors {
			ans.Names = append(ans.Names, v.name)
		}
	case "transcripts":
		for name := range transcripts {
			ans.Names = append(ans.Names, name)
		}
		sort.Strings(ans.Names)
	case "vector":
		ans = printVector(req.Name)
	case "decode-vector":
		data, _ := hex.DecodeString(req.Hex)
		ans.Dumps, err = decodeVector(req.Name, data)
	case "measure":
		ans, err = measure(req)
	default:
		err = errors.New("no such op: " + req.Op)
	}
	if err != nil {
		ans.Error = err.Error()
	}
	return ans
}

// baseType returns the type that gob sends for a pointer; some pointers to pointers make gob panic.
func baseType(typ reflect.Type) reflect.Type {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	return typ
}

// encode sends values of one type and dumps Go's own decoding of them: as the same type, or as req.Into.
func encode(req request) (ans answer, err error) {
	typ := baseType(parseType(req.Type))
	into := typ
	if req.Into != nil {
		into = baseType(parseType(req.Into))
	}
	var stream bytes.Buffer
	enc := gob.NewEncoder(&stream)
	for _, text := range req.Values {
		value := reflect.New(typ)
		build(value.Elem(), text)
		before := stream.Len()
		if err := enc.EncodeValue(value); err != nil {
			return ans, err
		}
		ans.Hex = append(ans.Hex, hex.EncodeToString(stream.Bytes()[before:]))
	}
	ans.Dumps, err = decode(gob.NewDecoder(&stream), into, len(req.Values))
	return ans, err
}

func decode(dec *gob.Decoder, typ reflect.Type, count int) (dumps []any, err error) {
	for range count {
		value := reflect.New(typ)
		if err := dec.DecodeValue(value); err != nil {
			return dumps, err
		}
		dumps = append(dumps, dump(value.Elem()))
	}
	return dumps, nil
}
