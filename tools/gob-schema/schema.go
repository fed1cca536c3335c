package main

// A schema is the part of a Go type that crosses the wire.
type schema interface{}

type (
	// scalar is a predefined schema of @go-plugin/gob, such as gob.int, or a call that makes one.
	scalar string
	// reference is a named type.
	reference struct{ to *definition }
	slice     struct{ elem schema }
	array     struct {
		elem   schema
		length int64
	}
	mapping struct {
		key, elem schema
		// record is set if the keys are strings.
		record bool
	}
	// pointer occurs only around fields, where nil can be sent.
	pointer struct{ elem schema }
	// iface is an interface type, with its name in Go; typed ones decode with the name of the concrete type.
	iface struct {
		goType string
		typed  bool
	}
	structure struct {
		name   string
		fields []field
	}
	// marshaler is a type that encodes itself.
	marshaler struct{ format, name string }
	// imported is a schema of the user.
	imported struct{ *use }
)

type field struct {
	name string
	of   schema
	// goType is set if the Go type has more information than the schema.
	goType string
}

// definition is a named Go type, which becomes a constant.
type definition struct {
	// key is the type's name with the full path of its package.
	key string
	// pkg and goName give the constant its name.
	pkg, goName string
	// local is set for types of the requested package.
	local bool
	body  schema
	// notSent lists the fields that gob does not send.
	notSent []string
	name    string
	// group is the same number for types of one circle, and 0 for all others.
	group int
	// lazy is set if the circle has no struct, whose fields could be read later.
	lazy   bool
	placed bool
}

// visit calls f for the definitions that a schema refers to. inStruct is true for references from a struct's field.
func visit(of schema, inStruct bool, f func(to *definition, inStruct bool)) {
	switch of := of.(type) {
	case reference:
		f(of.to, inStruct)
	case slice:
		visit(of.elem, inStruct, f)
	case array:
		visit(of.elem, inStruct, f)
	case mapping:
		visit(of.key, inStruct, f)
		visit(of.elem, inStruct, f)
	case pointer:
		visit(of.elem, inStruct, f)
	case structure:
		for _, field := range of.fields {
			visit(field.of, true, f)
		}
	}
}

// contains reports whether is returns true for a part of a schema. It does not follow references.
func contains(of schema, is func(schema) bool) bool {
	if is(of) {
		return true
	}
	switch of := of.(type) {
	case slice:
		return contains(of.elem, is)
	case array:
		return contains(of.elem, is)
	case mapping:
		return contains(of.key, is) || contains(of.elem, is)
	case pointer:
		return contains(of.elem, is)
	case structure:
		for _, field := range of.fields {
			if contains(field.of, is) {
				return true
			}
		}
	}
	return false
}
