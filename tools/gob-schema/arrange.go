package main

import (
	"fmt"
	"slices"
)

// arrange finds the types that refer to one another in circles, and an order in which constants can be defined.
func arrange(definitions []*definition) (ordered []*definition, warnings []string) {
	all := func(of *definition) (to []*definition) {
		visit(of.body, false, func(other *definition, _ bool) { to = append(to, other) })
		return to
	}
	for group, members := range circles(definitions, all) {
		for _, member := range members {
			member.group = group + 1
		}
	}
	// Inside a circle, struct fields are read later; all other references must be defined before.
	before := func(of *definition) (to []*definition) {
		visit(of.body, false, func(other *definition, inStruct bool) {
			if !inStruct || !of.sharesCircle(other) {
				to = append(to, other)
			}
		})
		return to
	}
	for _, members := range circles(definitions, before) {
		for _, member := range members {
			member.lazy = true
		}
		if len(members) > 1 {
			warnings = append(warnings, fmt.Sprintf("%s and %s refer to each other without a struct between them: "+
				"Go's own decoder panics on such types", members[0].key, members[1].key))
		}
	}
	var add func(*definition)
	add = func(one *definition) {
		if one.placed {
			return
		}
		one.placed = true
		if !one.lazy {
			for _, other := range before(one) {
				add(other)
			}
		}
		ordered = append(ordered, one)
	}
	for _, one := range definitions {
		add(one)
	}
	return ordered, warnings
}

func (d *definition) sharesCircle(other *definition) bool {
	return d.group != 0 && d.group == other.group
}

// circles returns the definitions that can be reached from themselves, those of one circle together (Tarjan's algorithm).
func circles(definitions []*definition, edges func(*definition) []*definition) (found [][]*definition) {
	type state struct {
		index, low int
		onStack    bool
	}
	states := map[*definition]*state{}
	var stack []*definition
	var connect func(*definition) *state
	connect = func(one *definition) *state {
		mine := &state{len(states), len(states), true}
		states[one] = mine
		stack = append(stack, one)
		refersToItself := false
		for _, other := range edges(one) {
			refersToItself = refersToItself || other == one
			if theirs := states[other]; theirs == nil {
				mine.low = min(mine.low, connect(other).low)
			} else if theirs.onStack {
				mine.low = min(mine.low, theirs.index)
			}
		}
		if mine.low == mine.index {
			start := slices.Index(stack, one)
			members := slices.Clone(stack[start:])
			stack = stack[:start]
			for _, member := range members {
				states[member].onStack = false
			}
			if len(members) > 1 || refersToItself {
				found = append(found, members)
			}
		}
		return mine
	}
	for _, one := range definitions {
		if states[one] == nil {
			connect(one)
		}
	}
	return found
}
