package scenario

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"syscall"

	"interop/scenario/gen"
)

// sockets returns the owners and modes of the host's and the plugin's files while each serves an Echo to the other.
func sockets(ctx context.Context, h *Host) (any, error) {
	id := h.broker.NextId()
	defer h.serve(id)()
	called, err := h.callBack(ctx, &gen.CallBackRequest{Ids: []uint32{id}, Text: "sockets", Calls: 1})
	if err != nil {
		return nil, err
	}
	served, err := h.ServeEcho(ctx, &gen.Id{})
	if err != nil {
		return nil, err
	}
	said := h.say(ctx, served.Id, "sockets", 1)
	var files []string
	err = filepath.WalkDir(os.TempDir(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == os.TempDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		stat := info.Sys().(*syscall.Stat_t)
		files = append(files, fmt.Sprintf("%o %d", stat.Mode, stat.Gid))
		return nil
	})
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	if _, err := h.StopEcho(ctx, served); err != nil {
		return nil, err
	}
	return outcome{"called": called, "said": said, "files": files}, nil
}
