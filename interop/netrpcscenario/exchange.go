package netrpcscenario

import (
	"encoding/json"
	"fmt"
)

// Echoed is an argument as the plugin describes it, and as it comes back.
type Echoed[T any] struct {
	Saw   string
	Value T
}

// exchange sends a value and returns what the plugin saw, and what came back.
func exchange[T any](method string, value T) func(*Host) (any, error) {
	return func(h *Host) (any, error) {
		var reply Echoed[T]
		err := h.client.Call("Plugin."+method, value, &reply)
		return outcomeOf(reply, err)
	}
}

func outcomeOf[T any](reply Echoed[T], err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return map[string]any{"saw": parsed(reply.Saw), "got": describe(reply.Value)}, nil
}

func parsed(text string) json.RawMessage { return json.RawMessage(text) }

func echo[T any](value T, reply *Echoed[T]) error {
	text, err := json.Marshal(describe(value))
	if err != nil {
		return fmt.Errorf("cannot describe %T: %w", value, err)
	}
	reply.Saw, reply.Value = string(text), value
	return nil
}
