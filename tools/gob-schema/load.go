package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// source is a package that was type-checked from its source files.
type source struct {
	types *types.Package
	files []*ast.File
	info  *types.Info
}

// program holds the packages from which the schemas are made.
type program struct {
	files  *token.FileSet
	target *source
	// sources are the packages whose gob.Register calls count.
	sources []*source
}

// listed is the output of go list for a package.
type listed struct {
	ImportPath, Dir, Export  string
	CompiledGoFiles, Imports []string
	ImportMap                map[string]string
	DepOnly                  bool
	Module                   *struct{ Path string }
}

// load type-checks a package and others of its module from source, and their imports from export data.
func load(dir, pattern string, registered []string) (*program, error) {
	paths, err := goList(dir, "-f", "{{.ImportPath}}", "--", pattern)
	if err != nil {
		return nil, err
	}
	found := strings.Fields(string(paths))
	if len(found) != 1 {
		return nil, fmt.Errorf("expected one package, got %d for %s: %s", len(found), pattern, strings.Join(found, ", "))
	}
	fields := "-json=ImportPath,Dir,Export,CompiledGoFiles,Imports,ImportMap,DepOnly,Module"
	args := append([]string{"-export", "-compiled", "-deps", fields, "--", pattern}, registered...)
	described, err := goList(dir, args...)
	if err != nil {
		return nil, err
	}
	var packages []*listed
	for decoder := json.NewDecoder(bytes.NewReader(described)); ; {
		one := &listed{}
		if err := decoder.Decode(one); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("cannot read the output of go list: %w", err)
		}
		packages = append(packages, one)
	}
	target := packages[slices.IndexFunc(packages, func(one *listed) bool { return one.ImportPath == found[0] })]
	result := &program{files: token.NewFileSet()}
	load := newLoader(packages, result.files)
	for _, one := range packages {
		inModule := one.Module != nil && target.Module != nil && one.Module.Path == target.Module.Path
		mayRegister := slices.Contains(one.Imports, "encoding/gob") && (inModule || !one.DepOnly)
		if one != target && !mayRegister {
			continue
		}
		loaded, err := load(one)
		if err != nil {
			return nil, err
		}
		result.sources = append(result.sources, loaded)
		if one == target {
			result.target = loaded
		}
	}
	return result, nil
}

func goList(dir string, args ...string) ([]byte, error) {
	command := exec.Command("go", append([]string{"list"}, args...)...)
	command.Dir = dir
	var stderr bytes.Buffer
	command.Stderr = &stderr
	stdout, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list failed in %s: %w\n%s", dir, err, strings.TrimSpace(stderr.String()))
	}
	return stdout, nil
}

// newLoader returns a function that type-checks a package from its source files.
func newLoader(packages []*listed, files *token.FileSet) func(*listed) (*source, error) {
	exports := map[string]string{}
	for _, one := range packages {
		exports[one.ImportPath] = one.Export
	}
	// One importer serves all packages, so that each type is one object.
	imported := importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("go list gave no export data for %s", path)
		}
		return os.Open(exports[path])
	})
	return func(one *listed) (*source, error) {
		result := &source{info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}}
		for _, name := range one.CompiledGoFiles {
			if !filepath.IsAbs(name) {
				name = filepath.Join(one.Dir, name)
			}
			file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			result.files = append(result.files, file)
		}
		config := types.Config{Importer: mappedImporter{imported, one.ImportMap}}
		var err error
		result.types, err = config.Check(one.ImportPath, files, result.files, result.info)
		if err != nil {
			return nil, fmt.Errorf("%s does not compile: %w", one.ImportPath, err)
		}
		return result, nil
	}
}

// mappedImporter resolves vendored import paths, which the standard library has.
type mappedImporter struct {
	types.Importer
	paths map[string]string
}

func (m mappedImporter) Import(path string) (*types.Package, error) {
	if actual := m.paths[path]; actual != "" {
		path = actual
	}
	return m.Importer.Import(path)
}
