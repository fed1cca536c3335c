package main

// A schema is a Go type as gob sees it, without what does not cross the wire.
type schema interface{}

type (
	// scalar is a schema that @go-plugin/gob has, such as gob.int.
	scalar string
	// reference is a type that has a name.
	reference struct{ to *definition }
	slice     struct{ elem schema }
	array     struct {
		elem   schema
		length int64
	}
	mapping struct {
		key, elem schema
		// record says that the keys are strings.
		record bool
	}
	// pointer is there only where nil can be sent: around fields.
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
	// imported is a schema that the user has written.
	imported struct{ *use }
)

type field struct {
	name string
	of   schema
	// goType is set where the schema says less than Go.
	goType string
}

// definition is a Go type with a name, which becomes a constant.
type definition struct {
	// key is the type's name with the path of its package, unique in a program.
	key string
	// pkg and goName are where the name of the constant comes from.
	pkg, goName string
	// local says that the type is of the package that was asked for.
	local bool
	body  schema
	// notSent says what of a struct gob leaves out.
	notSent []string
	name    string
	// group is the same for types that refer to one another in a circle, 0 for all others.
	group int
	// lazy says that the circle has no struct, whose fields could be read later.
	lazy   bool
	placed bool
}

// visit calls f for the definitions that a schema refers to; inStruct says whether a struct's field stands between.
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

// contains says whether a schema has a part for which is returns true; it does not look behind names.
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
