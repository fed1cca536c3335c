// Package model has the types that the services of package products share.
package model

import (
	"net/http"
	"time"
)

type Status int

const (
	Open Status = iota
	Closed
)

// Order has the name of another package's type.
type Order struct {
	ID      uint64
	Lines   []*Line
	Placed  time.Time
	Shipped *time.Time
	Status  Status
	Notes   map[string]string
	Header  http.Header
	Parent  *Order
}

type Line struct {
	Article  string
	Count    uint16
	Price    float64
	Discount *float32
	Order    *Order
}

// Page is generic.
type Page[T any] struct {
	Items []T
	Next  *string
}
