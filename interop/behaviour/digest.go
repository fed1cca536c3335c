package behaviour

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"interop/behaviour/gen"
)

// payload is size bytes that repeat the alphabet.
func payload(size int) []byte {
	return bytes.Repeat([]byte("abcdefghijklmnopqrstuvwxyz"), size/26+1)[:size]
}

// addDigest appends the digest of a payload; equal neighbours are counted in one.
func addDigest(digests []*gen.Digest, payload []byte) []*gen.Digest {
	sum := sha256.Sum256(payload)
	text := hex.EncodeToString(sum[:8])
	if n := len(digests); n > 0 && digests[n-1].Sha256 == text {
		digests[n-1].Count++
		return digests
	}
	return append(digests, &gen.Digest{Count: 1, Size: uint32(len(payload)), Sha256: text})
}
