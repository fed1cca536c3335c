package main

import (
	"bytes"
	"encoding/gob"
	"errors"
	"reflect"
	"strings"
	"time"
)

// measure encodes and decodes the values of golden vectors `count` times. The types are known by then, as on a
// connection in use. The answer has the microseconds per value.
func measure(req request) (ans answer, err error) {
	var values []any
	for _, name := range strings.Split(req.Name, ",") {
		values = append(values, findVector(name).values...)
	}
	var stream bytes.Buffer
	encoder, decoder := gob.NewEncoder(&stream), gob.NewDecoder(&stream)
	encode := func() error {
		for _, value := range values {
			if err := encoder.Encode(value); err != nil {
				return err
			}
		}
		return nil
	}
	decode := func() error {
		for _, value := range values {
			if err := decoder.DecodeValue(reflect.New(reflect.TypeOf(value))); err != nil {
				return err
			}
		}
		return nil
	}
	if err := errors.Join(encode(), decode()); err != nil {
		return ans, err
	}
	ans.Encode, err = microsPerValue(req.Count, len(values), encode)
	if err != nil {
		return ans, err
	}
	ans.Decode, err = microsPerValue(req.Count, len(values), decode)
	return ans, err
}

func microsPerValue(count, values int, operation func() error) (float64, error) {
	start := time.Now()
	for range count {
		if err := operation(); err != nil {
			return 0, err
		}
	}
	return time.Since(start).Seconds() * 1e6 / float64(count*values), nil
}
