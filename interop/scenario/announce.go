package scenario

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// Announce replaces the sixth field of the handshake line, which Serve prints to the current os.Stdout; "none" makes it
// empty.
func Announce(certificate string) {
	certificate = strings.TrimPrefix(certificate, "none")
	stdout := os.Stdout
	reader, writer, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	os.Stdout = writer
	go func() {
		lines := bufio.NewReader(reader)
		line, _ := lines.ReadString('\n')
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		if len(fields) > 5 {
			fields[5] = certificate
		}
		fmt.Fprintln(stdout, strings.Join(fields, "|"))
		_, _ = io.Copy(stdout, lines)
	}()
}
