package main

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// service is a type with methods that net/rpc can call.
type service struct {
	name    string
	goType  string
	methods []method
	// omitted has the missing methods and the reasons, as comments.
	omitted []string
}

type method struct {
	name        string
	args, reply schema
	// comment has the Go signature if it has more information than the schemas.
	comment string
}

// callable returns the parameters of a method, or the reason why net/rpc cannot call it.
func callable(signature *types.Signature) (args, reply types.Type, why string) {
	parameters, results := signature.Params(), signature.Results()
	if parameters.Len() != 2 || signature.Variadic() {
		return nil, nil, fmt.Sprintf("it has %d parameters, net/rpc wants 2", parameters.Len())
	}
	if results.Len() != 1 || typeKey(results.At(0).Type()) != "error" {
		return nil, nil, "it does not return an error and nothing else"
	}
	args, reply = parameters.At(0).Type(), parameters.At(1).Type()
	if _, ok := reply.Underlying().(*types.Pointer); !ok {
		return nil, nil, "its second parameter is not a pointer"
	}
	for _, t := range []types.Type{args, reply} {
		base, _, err := dereference(t)
		if err != nil {
			return nil, nil, err.Error()
		}
		named, ok := base.(*types.Named)
		if ok && named.Obj().Pkg() != nil && !token.IsExported(named.Obj().Name()) {
			return nil, nil, fmt.Sprintf("%s is not exported", named.Obj().Name())
		}
	}
	return args, reply, ""
}

// exportedMethods returns the exported methods of a pointer to the type, or of an interface type.
func exportedMethods(t types.Type) []*types.Func {
	if !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	var methods []*types.Func
	for selection := range types.NewMethodSet(t).Methods() {
		if method := selection.Obj().(*types.Func); method.Exported() {
			methods = append(methods, method)
		}
	}
	slices.SortFunc(methods, func(a, b *types.Func) int { return strings.Compare(a.Name(), b.Name()) })
	return methods
}

func isService(t types.Type) bool {
	return slices.ContainsFunc(exportedMethods(t), func(method *types.Func) bool {
		_, _, why := callable(method.Signature())
		return why == ""
	})
}

// service describes the methods that can be called, and lists the others with the reason.
func (r *resolver) service(name string, t types.Type) *service {
	result := &service{name: name, goType: typeKey(t)}
	for _, of := range exportedMethods(t) {
		args, reply, why := callable(of.Signature())
		added := method{name: of.Name()}
		if why == "" {
			err := r.attempt(func() (err error) {
				if added.args, err = r.resolve(args); err != nil {
					return err
				}
				added.reply, err = r.resolve(reply)
				return err
			})
			if err != nil {
				why = err.Error()
			}
		}
		if why != "" {
			result.omitted = append(result.omitted, fmt.Sprintf("%s: %s.", of.Name(), why))
			continue
		}
		if contains(added.args, isNamedInterface) || contains(added.reply, isNamedInterface) {
			added.comment = strings.TrimPrefix(types.TypeString(of.Signature(), (*types.Package).Name), "func")
		}
		result.methods = append(result.methods, added)
	}
	return result
}
