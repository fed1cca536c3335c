package scenario

import (
	"regexp"

	"google.golang.org/grpc/status"
)

var timeout = regexp.MustCompile(`timeout waiting for (connection info|multiplexing knock handshake)`)

// failure names an error in a way that is the same in every language.
func failure(err error) string {
	if err == nil {
		return ""
	}
	if found := timeout.FindString(err.Error()); found != "" {
		return found
	}
	return status.Code(err).String()
}
