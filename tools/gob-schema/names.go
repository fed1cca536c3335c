package main

import (
	"fmt"
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"
)

// reserved has the names that cannot be both a constant and a type in TypeScript, and those that the module uses itself.
var reserved = strings.Fields(`
	arguments async await break case catch class const continue debugger default delete do else enum eval export extends
	false finally for function if implements import in instanceof interface let new null package private protected public
	return static super switch this throw true try typeof undefined var void while with yield
	any bigint boolean never number object string symbol unknown
	gob method opaque registry
	Array Date Map Promise Record Uint8Array`)

// nameAll gives each service, type and import a name. Types of the requested package come first.
func nameAll(m *module, definitions []*definition) {
	taken := map[string]bool{}
	for _, word := range reserved {
		taken[word] = true
	}
	claim := func(names ...string) string {
		last := names[len(names)-1]
		for number := 2; ; number++ {
			for _, name := range names {
				if !taken[name] {
					taken[name] = true
					return name
				}
			}
			names = []string{fmt.Sprint(last, number)}
		}
	}
	for _, service := range m.services {
		service.name = claim(service.name)
	}
	for _, local := range []bool{true, false} {
		for _, one := range definitions {
			if one.local == local {
				one.name = claim(one.goName, capitalize(one.pkg)+capitalize(one.goName))
			}
		}
	}
	for _, one := range m.imports {
		one.name = claim(one.export)
	}
}

// goName returns the name of a type, followed by the names of its type arguments.
func goName(named *types.Named) string {
	name := named.Obj().Name()
	for arg := range named.TypeArgs().Types() {
		separates := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
		for _, word := range strings.FieldsFunc(types.TypeString(arg, func(*types.Package) string { return "" }), separates) {
			name += capitalize(word)
		}
	}
	return name
}

func capitalize(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}
