package main

import (
	"errors"
	"fmt"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

// module is the TypeScript module to be written.
type module struct {
	path     string
	services []*service
	// definitions are ordered so that each refers only to earlier ones.
	definitions []*definition
	registered  []registeredSchema
	imports     []*use
	warnings    []string
}

type registeredSchema struct {
	name string
	of   schema
}

// use is a schema in a module of the user, and its name in the generated module.
type use struct{ goType, module, export, name string }

var useForm = regexp.MustCompile(`^(.+)=([^=]+):(\w+)$`)

func parseUses(texts []string) (map[string]*use, error) {
	uses := map[string]*use{}
	for _, text := range texts {
		parts := useForm.FindStringSubmatch(text)
		if parts == nil {
			return nil, fmt.Errorf("expected -use type=module:name, such as -use net/url.URL=./codecs.js:url, got %q", text)
		}
		uses[parts[1]] = &use{goType: parts[1], module: parts[2], export: parts[3]}
	}
	return uses, nil
}

// describe collects the schemas of the named types and services, and of all that they need.
func describe(program *program, names []string, uses map[string]*use, forms forms) (*module, error) {
	target := program.target.types
	result := &module{path: target.Path()}
	resolver := &resolver{target: target, uses: uses, forms: forms, byKey: map[string]*definition{}}
	if len(names) == 0 {
		names = serviceNames(target)
		if len(names) == 0 {
			return nil, fmt.Errorf("%s has no type with methods that net/rpc can call: func (t T) Name(args A, reply *R) error", target.Path())
		}
	}
	for _, name := range names {
		named, err := lookUp(target, name)
		if err != nil {
			return nil, err
		}
		if isService(named) {
			result.services = append(result.services, resolver.service(name, named))
			continue
		}
		if types.IsInterface(named) {
			return nil, noService(target, name)
		}
		if _, err := resolver.resolve(named); err != nil {
			return nil, err
		}
	}
	for _, service := range result.services {
		for _, omitted := range service.omitted {
			result.warnings = append(result.warnings, fmt.Sprintf("%s has no method %s", service.name, omitted))
		}
	}
	result.register(resolver, program)
	result.imports = resolver.used
	for goType, use := range uses {
		if !slices.Contains(resolver.used, use) {
			result.warnings = append(result.warnings, fmt.Sprintf("-use %s: nothing needs that type", goType))
		}
	}
	definitions, warnings := arrange(resolver.definitions)
	result.definitions, result.warnings = definitions, append(result.warnings, warnings...)
	slices.Sort(result.warnings)
	nameAll(result, resolver.definitions)
	return result, nil
}

// register adds the registered types if any interface value needs them. Registered types may contain further interfaces.
func (m *module) register(resolver *resolver, program *program) {
	isInterface := func(of schema) bool { _, ok := of.(iface); return ok }
	needed := false
	for _, service := range m.services {
		for _, method := range service.methods {
			needed = needed || contains(method.args, isInterface) || contains(method.reply, isInterface)
		}
	}
	for _, definition := range resolver.definitions {
		needed = needed || contains(definition.body, isInterface)
	}
	if !needed {
		return
	}
	registrations, warnings := findRegistrations(program)
	m.warnings = append(m.warnings, warnings...)
	for _, one := range registrations {
		err := resolver.attempt(func() error {
			of, err := resolver.resolve(one.of)
			if err == nil && !(builtin[one.name] && isAsBuiltin(of)) {
				m.registered = append(m.registered, registeredSchema{one.name, of})
			}
			return err
		})
		if err != nil {
			m.warnings = append(m.warnings, fmt.Sprintf("%s is registered, but %v", one.name, err))
		}
	}
	if len(registrations) == 0 {
		m.warnings = append(m.warnings, "there are interfaces, and no gob.Register says what they hold: name the packages that do by -registered")
	}
}

// isAsBuiltin reports whether the schema equals the one that @go-plugin/gob has for the type.
func isAsBuiltin(of schema) bool {
	return !contains(of, func(of schema) bool {
		one, isInterface := of.(iface)
		_, isImported := of.(imported)
		basic, _ := of.(scalar)
		return isImported || isInterface && one.typed || basic == "rawString" || strings.HasPrefix(string(basic), "bigint(")
	})
}

func lookUp(target *types.Package, name string) (*types.Named, error) {
	object, ok := target.Scope().Lookup(name).(*types.TypeName)
	if !ok {
		return nil, fmt.Errorf("%s has no type %s%s", target.Path(), name, candidates(target))
	}
	named, ok := types.Unalias(object.Type()).(*types.Named)
	if !ok {
		return nil, fmt.Errorf("%s is an alias of %s, which has no name of its own", name, object.Type())
	}
	if named.TypeParams().Len() > 0 && named.TypeArgs().Len() == 0 {
		return nil, fmt.Errorf("%s is generic: name a type that uses an instance of it", name)
	}
	return named, nil
}

func noService(target *types.Package, name string) error {
	return errors.New(name + " is an interface without methods that net/rpc can call, func(args A, reply *R) error, " +
		"so it does not say what crosses the wire: name the type that plugin.Plugin's method Server returns" + candidates(target))
}

// candidates lists the services of the package, for the end of an error message.
func candidates(target *types.Package) string {
	names := serviceNames(target)
	if len(names) == 0 {
		return ""
	}
	return "; types with such methods: " + strings.Join(names, ", ")
}

func serviceNames(target *types.Package) (names []string) {
	for _, name := range target.Scope().Names() {
		if object, ok := target.Scope().Lookup(name).(*types.TypeName); ok && !object.IsAlias() {
			named := object.Type().(*types.Named)
			if named.TypeParams().Len() == 0 && isService(named) {
				names = append(names, name)
			}
		}
	}
	return names
}
