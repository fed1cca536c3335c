package netrpcscenario

import (
	"errors"
	"io"
	"net/rpc"
	"strings"

	"github.com/hashicorp/yamux"
)

// Failure is an error by its kind, which is the same in every language. Go's wording for the end of a connection
// depends on whether yamux or net/rpc notices it first.
type Failure struct {
	Kind string `json:"kind"`
}

func failed(err error) Failure {
	return Failure{Kind: failure(err)}
}

// failure names an error in a way that is the same in every language.
func failure(err error) string {
	var server rpc.ServerError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &server) && strings.HasPrefix(string(server), "gob: "):
		return "server: gob"
	case errors.As(err, &server):
		return "server: " + string(server)
	case err.Error() == "timeout waiting for accept":
		return "nobody dialed"
	case errors.Is(err, errNotAccepted):
		return "nobody accepted"
	case errors.Is(err, rpc.ErrShutdown), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF),
		errors.Is(err, yamux.ErrStreamClosed), errors.Is(err, yamux.ErrSessionShutdown):
		return "connection ended"
	default:
		return err.Error()
	}
}
