module github.com/go-plugin-typescript/go-plugin-typescript/tools/gob-schema

go 1.24
