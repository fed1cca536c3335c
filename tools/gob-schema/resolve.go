package main

import (
	"errors"
	"fmt"
	"go/types"
	"slices"
)

// known has the types that encode themselves and have a schema in @go-plugin/gob.
var known = map[string]scalar{"time.Time": "time", "math/big.Int": "bigInt"}

var scalars = map[types.BasicKind]scalar{
	types.Bool: "bool", types.String: "string",
	types.Int: "int", types.Int8: "int8", types.Int16: "int16", types.Int32: "int32", types.Int64: "int64",
	types.Uint: "uint", types.Uint8: "uint8", types.Uint16: "uint16", types.Uint32: "uint32", types.Uint64: "uint64",
	types.Uintptr: "uintptr", types.Float32: "float32", types.Float64: "float64",
	types.Complex64: "complex64", types.Complex128: "complex128",
}

var (
	gobEncoder      = methodOf("GobEncode")
	binaryMarshaler = methodOf("MarshalBinary")
)

// methodOf returns an interface with one method that returns bytes and an error.
func methodOf(name string) *types.Interface {
	result := func(t types.Type) *types.Var { return types.NewParam(0, nil, "", t) }
	results := types.NewTuple(
		result(types.NewSlice(types.Typ[types.Uint8])),
		result(types.Universe.Lookup("error").Type()),
	)
	signature := types.NewSignatureType(nil, nil, nil, nil, results, false)
	return types.NewInterfaceType([]*types.Func{types.NewFunc(0, nil, name, signature)}, nil).Complete()
}

// forms are the choices that the flags make.
type forms struct {
	// typed interface values decode with the name of their type.
	typed bool
	// rawStrings are the bytes of strings.
	rawStrings bool
	// bigints are int and uint as bigints.
	bigints bool
}

func (f forms) of(kind types.BasicKind, usual scalar) scalar {
	switch {
	case f.rawStrings && kind == types.String:
		return "rawString"
	case f.bigints && (kind == types.Int || kind == types.Uint):
		return "bigint(gob." + usual + ")"
	}
	return usual
}

// resolver turns Go types into schemas, by the rules of encoding/gob.
type resolver struct {
	target *types.Package
	uses   map[string]*use
	forms  forms
	// used has the -use schemas that the module needs.
	used []*use
	// definitions has every named type once, in the order of its first use.
	definitions []*definition
	byKey       map[string]*definition
}

// attempt runs f. If f fails, its definitions are removed.
func (r *resolver) attempt(f func() error) error {
	before, used := len(r.definitions), len(r.used)
	err := f()
	if err != nil {
		for _, added := range r.definitions[before:] {
			delete(r.byKey, added.key)
		}
		r.definitions, r.used = r.definitions[:before], r.used[:used]
	}
	return err
}

// resolve returns the schema of a top-level value or an element, where pointers make no difference and nil is not allowed.
func (r *resolver) resolve(t types.Type) (schema, error) {
	base, _, err := dereference(t)
	if err != nil {
		return nil, err
	}
	key := typeKey(base)
	if use, found := r.uses[key]; found {
		if !slices.Contains(r.used, use) {
			r.used = append(r.used, use)
		}
		return imported{use}, nil
	}
	if schema, found := known[key]; found {
		return schema, nil
	}
	if key == "error" || types.IsInterface(base) && marshals(base) == "" {
		return iface{types.TypeString(base, (*types.Package).Name), r.forms.typed}, nil
	}
	named, ok := base.(*types.Named)
	if !ok {
		return r.body(base, "", nil)
	}
	if known := r.byKey[key]; known != nil {
		return reference{known}, nil
	}
	object := named.Obj()
	added := &definition{key: key, pkg: object.Pkg().Name(), goName: goName(named), local: object.Pkg().Path() == r.target.Path()}
	r.byKey[key] = added
	r.definitions = append(r.definitions, added)
	added.body, err = r.body(base, object.Name(), added)
	return reference{added}, err
}

// body returns the schema of a type's definition.
func (r *resolver) body(t types.Type, name string, of *definition) (schema, error) {
	if format := marshals(t); format != "" {
		if embedded := encodesLike(t, format); embedded != nil {
			return r.resolve(embedded)
		}
		return marshaler{format, name}, nil
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if scalar, found := scalars[u.Kind()]; found {
			return r.forms.of(u.Kind(), scalar), nil
		}
	case *types.Slice:
		if isByte(u.Elem()) {
			return scalar("bytes"), nil
		}
		elem, err := r.resolve(u.Elem())
		if base, _, _ := dereference(u.Elem()); isByte(base) {
			elem = pointer{elem} // gob.slice(gob.uint8) is []byte
		}
		return slice{elem}, err
	case *types.Array:
		elem, err := r.resolve(u.Elem())
		return array{elem, u.Len()}, err
	case *types.Map:
		key, err := r.resolve(u.Key())
		if err != nil {
			return nil, err
		}
		elem, err := r.resolve(u.Elem())
		return mapping{key, elem, isString(key)}, err
	case *types.Struct:
		return r.structure(u, name, of)
	}
	return nil, fmt.Errorf("gob cannot send %s", types.TypeString(t, (*types.Package).Name))
}

func isByte(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Kind() == types.Uint8
}

func (r *resolver) structure(u *types.Struct, name string, of *definition) (schema, error) {
	result := structure{name: name}
	for i := range u.NumFields() {
		member := u.Field(i)
		if why := notSent(member); why != "" {
			if of != nil {
				of.notSent = append(of.notSent, fmt.Sprintf("%s (%s)", member.Name(), why))
			}
			continue
		}
		_, pointers, err := dereference(member.Type())
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", name, member.Name(), err)
		}
		inner, err := r.resolve(member.Type())
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", name, member.Name(), err)
		}
		if pointers > 0 {
			inner = pointer{inner}
		}
		added := field{name: member.Name(), of: inner}
		if contains(inner, isNamedInterface) {
			added.goType = types.TypeString(member.Type(), (*types.Package).Name)
		}
		result.fields = append(result.fields, added)
	}
	if u.NumFields() > 0 && len(result.fields) == 0 {
		return nil, fmt.Errorf("gob cannot send %s: it has no exported fields", name)
	}
	return result, nil
}

// notSent returns the reason why gob does not send a field, or "".
func notSent(member *types.Var) string {
	if !member.Exported() {
		return "unexported"
	}
	base, _, err := dereference(member.Type())
	if err != nil {
		return ""
	}
	switch base.Underlying().(type) {
	case *types.Chan:
		return "chan"
	case *types.Signature:
		return "func"
	}
	return ""
}

// marshals returns how a type encodes itself: "gob", "binary" or "".
func marshals(t types.Type) string {
	for _, one := range []struct {
		format string
		method *types.Interface
	}{{"gob", gobEncoder}, {"binary", binaryMarshaler}} {
		if types.Implements(t, one.method) || types.Implements(types.NewPointer(t), one.method) {
			return one.format
		}
	}
	return ""
}

// encodesLike returns the embedded type whose marshaling methods a type inherits, if any.
func encodesLike(t types.Type, format string) types.Type {
	names := [2]string{"GobEncode", "GobDecode"}
	if format == "binary" {
		names = [2]string{"MarshalBinary", "UnmarshalBinary"}
	}
	var embedded types.Type
	for _, name := range names {
		found, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		method, ok := found.(*types.Func)
		if !ok {
			return nil
		}
		receiver, _, err := dereference(method.Signature().Recv().Type())
		if err != nil || types.IsInterface(receiver) || types.Identical(receiver, t) {
			return nil
		}
		if embedded != nil && !types.Identical(receiver, embedded) {
			return nil
		}
		embedded = receiver
	}
	return embedded
}

// dereference follows all pointers, and returns the target and their number.
func dereference(t types.Type) (types.Type, int, error) {
	for pointers := 0; pointers <= 100; pointers++ {
		t = types.Unalias(t)
		pointer, ok := t.Underlying().(*types.Pointer)
		if !ok {
			return t, pointers, nil
		}
		t = pointer.Elem()
	}
	return nil, 0, errors.New("gob cannot send a pointer that points only to itself")
}

// typeKey returns the name of a type with the full paths of packages.
func typeKey(t types.Type) string {
	return types.TypeString(t, (*types.Package).Path)
}

func isString(of schema) bool {
	switch of := of.(type) {
	case scalar:
		return of == "string"
	case reference:
		return isString(of.to.body)
	}
	return false
}

func isNamedInterface(of schema) bool {
	one, ok := of.(iface)
	return ok && one.goType != "any" && one.goType != "interface{}"
}
