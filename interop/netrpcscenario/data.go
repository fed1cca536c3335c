package netrpcscenario

import (
	"encoding/binary"
	"hash/crc32"
	"io"
)

const chunkBytes = 64 << 10

// Digest is a receiver's summary of the data.
type Digest struct {
	Bytes uint64 `json:"bytes"`
	Crc   uint32 `json:"crc"`
}

// Write makes a digest the destination of what is received.
func (d *Digest) Write(data []byte) (int, error) {
	d.Bytes += uint64(len(data))
	d.Crc = crc32.Update(d.Crc, crc32.IEEETable, data)
	return len(data), nil
}

// sendData writes this many bytes in chunks. Each chunk begins with its number in four bytes, so a lost, doubled or
// moved chunk is noticed.
func sendData(bytes uint64, to io.Writer) error {
	chunk := make([]byte, chunkBytes)
	for i := range chunk {
		chunk[i] = byte(i)
	}
	for number := uint32(0); bytes > 0; number++ {
		binary.LittleEndian.PutUint32(chunk, number)
		n, err := to.Write(chunk[:min(bytes, chunkBytes)])
		if err != nil {
			return err
		}
		bytes -= uint64(n)
	}
	return nil
}

// receiveData reads to the end; held is called after the first bytes.
func receiveData(from io.Reader, held func() error) (*Digest, error) {
	digest := &Digest{}
	first := make([]byte, chunkBytes)
	n, err := from.Read(first)
	digest.Write(first[:n])
	if err == io.EOF {
		return digest, nil
	}
	if err != nil {
		return nil, err
	}
	if err := held(); err != nil {
		return nil, err
	}
	_, err = io.Copy(digest, from)
	return digest, err
}

// expectedDigest is the digest that the receiver of sendData must compute.
func expectedDigest(bytes uint64) Digest {
	digest := Digest{}
	_ = sendData(bytes, &digest)
	return digest
}

// counted counts the bytes written.
type counted struct {
	io.Writer
	side *side
}

func (c counted) Write(data []byte) (int, error) {
	n, err := c.Writer.Write(data)
	c.side.sent.Add(uint64(n))
	return n, err
}

func notHeld() error { return nil }
