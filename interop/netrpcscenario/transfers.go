package netrpcscenario

import (
	"fmt"
	"io"
)

func (h *Host) nextIDOfPlugin() (id uint32, err error) {
	return id, h.client.Call("Plugin.NextId", struct{}{}, &id)
}

// 64 MiB as one argument and as one reply.
func blob(h *Host) (any, error) {
	args, reply := make([]byte, 64*mebibyte), []byte(nil)
	for i := range args {
		args[i] = byte(i * 31)
	}
	if err := h.client.Call("Plugin.Blob", args, &reply); err != nil {
		return nil, err
	}
	sent, got := Digest{}, Digest{}
	sent.Write(args)
	got.Write(reply)
	if sent != got {
		return nil, fmt.Errorf("the data is damaged: sent %v, got %v", sent, got)
	}
	return got, nil
}

func (h *Host) intact(digest *Digest, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	if expected := expectedDigest(h.bytes); *digest != expected {
		return nil, fmt.Errorf("the data is damaged: expected %v, got %v", expected, *digest)
	}
	return digest, nil
}

// read has the plugin send on a brokered connection.
func read(h *Host) (any, error) { return h.intact(h.read(h.bytes, notHeld)) }

func (h *Host) read(bytes uint64, held func() error) (*Digest, error) {
	id, err := h.nextIDOfPlugin()
	if err != nil {
		return nil, err
	}
	if err := h.client.Call("Plugin.Send", TransferRequest{id, bytes}, &struct{}{}); err != nil {
		return nil, err
	}
	conn, err := h.dial(id)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return receiveData(conn, held)
}

// write sends on a brokered connection to the plugin.
func write(h *Host) (any, error) {
	wait, err := h.write(h.bytes, 0)
	if err != nil {
		return nil, err
	}
	return h.intact(wait())
}

func (h *Host) write(bytes, hold uint64) (wait func() (*Digest, error), err error) {
	id, err := h.nextIDOfPlugin()
	if err != nil {
		return nil, err
	}
	digest, received := &Digest{}, make(chan error, 1)
	go func() { received <- h.client.Call("Plugin.Receive", TransferRequest{id, hold}, digest) }()
	sent := make(chan error, 1)
	go func() {
		conn, err := h.dial(id)
		if err == nil {
			err = sendData(bytes, counted{conn, h.side})
			conn.Close()
		}
		sent <- err
	}()
	return func() (*Digest, error) {
		if err := <-sent; err != nil {
			return nil, err
		}
		return digest, <-received
	}, nil
}

func hostReadsSlowly(h *Host) (any, error) {
	const bytes = 32 * mebibyte
	before, err := h.progress()
	if err != nil {
		return nil, err
	}
	var sent uint64
	digest, err := h.read(bytes, func() (err error) {
		sent, err = h.awaitStall(func(now Progress) uint64 { return now.Sent - before.Sent })
		return err
	})
	return outcome{"stalled": sent < bytes/2, "digest": digest}, err
}

func pluginReadsSlowly(h *Host) (any, error) {
	const bytes = 32 * mebibyte
	before := h.sent.Load()
	wait, err := h.write(bytes, bytes)
	if err != nil {
		return nil, err
	}
	sent, err := h.awaitStall(func(Progress) uint64 { return h.sent.Load() - before })
	if err != nil {
		return nil, err
	}
	var released bool
	if err := h.client.Call("Plugin.Release", 0, &released); err != nil {
		return nil, err
	}
	digest, err := wait()
	return outcome{"stalled": sent < bytes/2, "digest": digest}, err
}

// awaitStall returns the count once it has stopped growing.
func (h *Host) awaitStall(count func(Progress) uint64) (uint64, error) {
	var last uint64
	same := 0
	err := h.awaitProgress(func(now Progress) bool {
		if c := count(now); c != last || c == 0 {
			last, same = c, 0
		} else {
			same++
		}
		return same == stalledPolls
	})
	return last, err
}

// Bytes and the end of the stream go both ways on one connection.
func rawBothWays(h *Host) (any, error) {
	id, err := h.nextIDOfPlugin()
	if err != nil {
		return nil, err
	}
	if err := h.client.Call("Plugin.Bounce", id, &struct{}{}); err != nil {
		return nil, err
	}
	conn, err := h.dial(id)
	if err != nil {
		return nil, err
	}
	go func() {
		_ = sendData(4*mebibyte, conn)
		conn.Close()
	}()
	digest := &Digest{}
	if _, err := io.Copy(digest, conn); err != nil {
		return nil, err
	}
	if expected := expectedDigest(4 * mebibyte); *digest != expected {
		return nil, fmt.Errorf("the data is damaged: expected %v, got %v", expected, *digest)
	}
	return digest, nil
}

// The plugin prints 100 MB, a part of it to stderr.
func printed(h *Host) (any, error) {
	request := PrintRequest{Stdout: 80 << 10, Stderr: 20 << 10}
	stdout, stderr := h.stdout.read(), h.stderr.read()
	if err := h.client.Call("Plugin.Print", request, &struct{}{}); err != nil {
		return nil, err
	}
	err := until(func() (bool, error) {
		all := h.stdout.read().Bytes-stdout.Bytes >= uint64(request.Stdout)<<10 && h.stderr.read().Bytes-stderr.Bytes >= uint64(request.Stderr)<<10
		return all, nil
	})
	return outcome{"stdout": h.stdout.read(), "stderr": h.stderr.read()}, err
}
