package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// registration is a registered name and its type.
type registration struct {
	name string
	of   types.Type
}

// findRegistrations reads the calls of gob.Register and gob.RegisterName.
func findRegistrations(program *program) (found []registration, warnings []string) {
	for _, source := range program.sources {
		for _, file := range source.files {
			ast.Inspect(file, func(node ast.Node) bool {
				call, ok := node.(*ast.CallExpr)
				if !ok {
					return true
				}
				added, err := readRegistration(source.info, call)
				if err != nil {
					at := program.files.Position(call.Pos())
					warnings = append(warnings, fmt.Sprintf("%s:%d: %v", filepath.Base(at.Filename), at.Line, err))
				} else if added != nil {
					found = append(found, *added)
				}
				return true
			})
		}
	}
	slices.SortFunc(found, func(a, b registration) int { return strings.Compare(a.name, b.name) })
	same := func(a, b registration) bool { return a.name == b.name }
	return slices.CompactFunc(found, same), warnings
}

func readRegistration(info *types.Info, call *ast.CallExpr) (*registration, error) {
	var name *ast.Ident
	switch function := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		name = function.Sel
	case *ast.Ident:
		name = function
	default:
		return nil, nil
	}
	function, ok := info.Uses[name].(*types.Func)
	if !ok || function.Pkg() == nil || function.Pkg().Path() != "encoding/gob" {
		return nil, nil
	}
	switch function.Name() {
	case "Register":
		of := info.TypeOf(call.Args[0])
		if types.IsInterface(of) {
			return nil, fmt.Errorf("gob.Register of %s: its type is known only at run time; register the concrete type", types.ExprString(call.Args[0]))
		}
		return &registration{registeredName(of), of}, nil
	case "RegisterName":
		of, given := info.TypeOf(call.Args[1]), info.Types[call.Args[0]].Value
		if types.IsInterface(of) || given == nil {
			return nil, fmt.Errorf("gob.RegisterName of %s as %s: name or type is known only at run time; use constants", types.ExprString(call.Args[1]), types.ExprString(call.Args[0]))
		}
		return &registration{constant.StringVal(given), of}, nil
	}
	return nil, nil
}

// registeredName returns the name that gob.Register gives a type: with the package's path for a named type, with its name for a pointer.
func registeredName(t types.Type) string {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return packagePath(named.Obj().Pkg()) + "." + reflectName(named)
	}
	return reflectString(t, (*types.Package).Name)
}

func packagePath(pkg *types.Package) string {
	if pkg.Name() == "main" {
		return "main"
	}
	return pkg.Path()
}

// reflectName returns reflect.Type's Name of a named type.
func reflectName(named *types.Named) string {
	var args []string
	for arg := range named.TypeArgs().Types() {
		args = append(args, reflectString(arg, linkPath))
	}
	if len(args) == 0 {
		return named.Obj().Name()
	}
	return named.Obj().Name() + "[" + strings.Join(args, ",") + "]"
}

// linkPath returns a package's path as the linker escapes it. The names of generic instances contain it.
func linkPath(pkg *types.Package) string {
	path := packagePath(pkg)
	slash := strings.LastIndexByte(path, '/')
	var escaped strings.Builder
	for i, c := range []byte(path) {
		if c <= ' ' || c == '.' && i > slash || c == '%' || c == '"' || c >= 0x7f {
			fmt.Fprintf(&escaped, "%%%02x", c)
		} else {
			escaped.WriteByte(c)
		}
	}
	return escaped.String()
}

// reflectString returns reflect.Type's String, which differs from the notation of go/types.
func reflectString(t types.Type, qualify types.Qualifier) string {
	of := func(t types.Type) string { return reflectString(t, qualify) }
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return types.Typ[t.Kind()].Name()
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return t.Obj().Name()
		}
		return qualify(t.Obj().Pkg()) + "." + reflectName(t)
	case *types.Pointer:
		return "*" + of(t.Elem())
	case *types.Slice:
		return "[]" + of(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), of(t.Elem()))
	case *types.Map:
		return fmt.Sprintf("map[%s]%s", of(t.Key()), of(t.Elem()))
	case *types.Chan:
		elem := of(t.Elem())
		if inner, ok := types.Unalias(t.Elem()).(*types.Chan); ok && inner.Dir() == types.RecvOnly {
			elem = "(" + elem + ")"
		}
		return [...]string{types.SendRecv: "chan ", types.SendOnly: "chan<- ", types.RecvOnly: "<-chan "}[t.Dir()] + elem
	case *types.Signature:
		return "func" + reflectSignature(t, qualify)
	case *types.Struct:
		return reflectStruct(t, qualify)
	case *types.Interface:
		return reflectInterface(t, qualify)
	}
	return types.TypeString(t, qualify)
}

func reflectStruct(t *types.Struct, qualify types.Qualifier) string {
	var fields []string
	for i := range t.NumFields() {
		member := t.Field(i)
		text := reflectString(member.Type(), qualify)
		if !member.Embedded() {
			text = member.Name() + " " + text
		}
		if tag := t.Tag(i); tag != "" {
			text += " " + strconv.Quote(tag)
		}
		fields = append(fields, text)
	}
	return inBraces("struct", fields)
}

func reflectInterface(t *types.Interface, qualify types.Qualifier) string {
	var methods []string
	for method := range t.Methods() {
		methods = append(methods, method.Name()+reflectSignature(method.Signature(), qualify))
	}
	slices.Sort(methods)
	return inBraces("interface", methods)
}

func inBraces(keyword string, parts []string) string {
	if len(parts) == 0 {
		return keyword + " {}"
	}
	return keyword + " { " + strings.Join(parts, "; ") + " }"
}

// reflectSignature returns the parameters and results of a function, without their names.
func reflectSignature(t *types.Signature, qualify types.Qualifier) string {
	list := func(tuple *types.Tuple, variadic bool) (texts []string) {
		for i := range tuple.Len() {
			of := tuple.At(i).Type()
			if slice, ok := of.(*types.Slice); ok && variadic && i == tuple.Len()-1 {
				texts = append(texts, "..."+reflectString(slice.Elem(), qualify))
			} else {
				texts = append(texts, reflectString(of, qualify))
			}
		}
		return texts
	}
	text := "(" + strings.Join(list(t.Params(), t.Variadic()), ", ") + ")"
	results := list(t.Results(), false)
	switch len(results) {
	case 0:
		return text
	case 1:
		return text + " " + results[0]
	}
	return text + " (" + strings.Join(results, ", ") + ")"
}

// builtin has the names that every registry of @go-plugin/gob contains.
var builtin = func() map[string]bool {
	names := map[string]bool{"time.Time": true, "[]interface {}": true, "map[string]interface {}": true}
	for kind := range scalars {
		names[types.Typ[kind].Name()] = true
		names["[]"+types.Typ[kind].Name()] = true
	}
	return names
}()
