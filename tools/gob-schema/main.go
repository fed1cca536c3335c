// Command gob-schema writes the TypeScript schemas of Go types that cross the wire as encoding/gob, and of the net/rpc
// services that take and return them: for @go-plugin/gob and @go-plugin/netrpc.
//
//	go run github.com/go-plugin-typescript/go-plugin-typescript/tools/gob-schema@latest ./shared GreeterServer > src/gen/greeter.ts
//
// It type-checks the package and the packages of its module that it imports. It does not run them.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

const usage = `usage: gob-schema [flags] <package> [name…]

Writes TypeScript for types of a Go package to stdout. A named type with methods that net/rpc can call
(func (t T) Name(args A, reply *R) error) becomes a service, any other named type a schema. The types that they need
are included. Without names: all services of the package.

  -dir folder             the folder in which the package is looked up (default: the current one)
  -registered package     includes the gob.Register calls of this package; may be repeated. Those of <package>, and of
                          the packages of its module that it imports, are always included
  -use type=module:name   takes the schema of a Go type from a module of yours; may be repeated:
                          -use time.Time=@go-plugin/gob:goTime -use net/url.URL=./codecs.js:url
  -typed                  interface values decode to { type, value }, with the name of the Go type
  -raw-strings            strings are Uint8Arrays, for those that need not be UTF-8
  -bigint                 int and uint are bigints, for values beyond 2^53
`

// list is a flag that may be repeated.
type list []string

func (l *list) String() string { return strings.Join(*l, " ") }

func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

func run() error {
	var registered, use list
	dir := flag.String("dir", ".", "")
	flag.Var(&registered, "registered", "")
	flag.Var(&use, "use", "")
	var forms forms
	flag.BoolVar(&forms.typed, "typed", false, "")
	flag.BoolVar(&forms.rawStrings, "raw-strings", false, "")
	flag.BoolVar(&forms.bigints, "bigint", false, "")
	flag.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	imports, err := parseUses(use)
	if err != nil {
		return err
	}
	program, err := load(*dir, flag.Arg(0), registered)
	if err != nil {
		return err
	}
	module, err := describe(program, flag.Args()[1:], imports, forms)
	if err != nil {
		return err
	}
	for _, warning := range module.warnings {
		fmt.Fprintf(os.Stderr, "gob-schema: %s\n", warning)
	}
	_, err = os.Stdout.WriteString(write(module))
	return err
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "gob-schema: %v\n", err)
		os.Exit(1)
	}
}
