module gob-schema

go 1.24
