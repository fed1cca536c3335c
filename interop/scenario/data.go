package scenario

import (
	"encoding/binary"
	"hash/crc32"
	"io"

	"interop/scenario/gen"
)

const chunkBytes = 64 << 10

// sendData sends this many bytes in chunks. Each chunk begins with its number in four bytes, so a lost, doubled or
// moved chunk is noticed.
func sendData(bytes uint64, send func(*gen.Chunk) error) error {
	block := make([]byte, chunkBytes)
	for i := range block {
		block[i] = byte(i)
	}
	for number := uint32(0); bytes > 0; number++ {
		chunk := append([]byte(nil), block[:min(bytes, chunkBytes)]...)
		if len(chunk) >= 4 {
			binary.LittleEndian.PutUint32(chunk, number)
		}
		if err := send(&gen.Chunk{Data: chunk}); err != nil {
			return err
		}
		bytes -= uint64(len(chunk))
	}
	return nil
}

// receiveData reads to the end; held is called after the first chunk.
func receiveData(receive func() (*gen.Chunk, error), held func() error) (*gen.Digest, error) {
	digest := &gen.Digest{}
	for {
		chunk, err := receive()
		if err == io.EOF {
			return digest, nil
		}
		if err != nil {
			return nil, err
		}
		first := digest.Bytes == 0
		digest.Bytes += uint64(len(chunk.Data))
		digest.Crc = crc32.Update(digest.Crc, crc32.IEEETable, chunk.Data)
		if first {
			if err := held(); err != nil {
				return nil, err
			}
		}
	}
}

// expectedDigest is the digest that the receiver of sendData must compute.
func expectedDigest(bytes uint64) *gen.Digest {
	digest := &gen.Digest{}
	_ = sendData(bytes, func(chunk *gen.Chunk) error {
		digest.Bytes += uint64(len(chunk.Data))
		digest.Crc = crc32.Update(digest.Crc, crc32.IEEETable, chunk.Data)
		return nil
	})
	return digest
}

func notHeld() error { return nil }
