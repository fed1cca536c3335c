package behaviour

import (
	"sort"
	"strings"

	"google.golang.org/grpc/metadata"

	"interop/behaviour/gen"
)

const callKey = "x-call"

func toMetadata(entries []*gen.Action_Entry) metadata.MD {
	md := metadata.MD{}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Key, "-bin") {
			md.Append(entry.Key, string(entry.Bytes))
		} else {
			md.Append(entry.Key, entry.Text)
		}
	}
	return md
}

// toEntries returns the tests' own metadata, sorted by key. The metadata that a gRPC implementation adds itself differs
// between implementations.
func toEntries(md metadata.MD) []*gen.Action_Entry {
	var entries []*gen.Action_Entry
	for key, values := range md {
		if !strings.HasPrefix(key, "x-") || key == callKey {
			continue
		}
		for _, value := range values {
			if strings.HasSuffix(key, "-bin") {
				entries = append(entries, &gen.Action_Entry{Key: key, Bytes: []byte(value)})
			} else {
				entries = append(entries, &gen.Action_Entry{Key: key, Text: value})
			}
		}
	}
	sort.SliceStable(entries, func(i, j int) bool { return entries[i].Key < entries[j].Key })
	return entries
}
