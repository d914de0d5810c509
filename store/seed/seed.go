// Package seed holds the starter packs that "goodcatch init" writes and the demo imports: complete examples of every file, with
// comments. Nobody in them exists; phone numbers are from ranges reserved for fiction.
package seed

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goodcatch/domain"
)

//go:embed hospital
var packs embed.FS

// Names lists the packs.
func Names() []string {
	entries, err := packs.ReadDir(".")
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Pack returns the files of a pack; domain.ErrNotFound when there is none of the name.
func Pack(name string) (fs.FS, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("no pack is named %q, there is %s: %w", name, strings.Join(Names(), ", "), domain.ErrNotFound)
	}
	return fs.Sub(packs, name)
}

// Write writes a pack into a directory, made if need be, and returns the files written. It overwrites nothing: when one of the files
// exists already, none is written and the error is fs.ErrExist.
func Write(name, dir string) ([]string, error) {
	pack, err := Pack(name)
	if err != nil {
		return nil, err
	}
	files, err := filesOf(pack)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if _, err := os.Lstat(filepath.Join(dir, f)); err == nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, f), fs.ErrExist)
		}
	}
	for _, f := range files {
		text, err := fs.ReadFile(pack, f)
		if err != nil {
			return nil, err
		}
		to := filepath.Join(dir, filepath.FromSlash(f))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return nil, fmt.Errorf("write pack: %w", err)
		}
		if err := os.WriteFile(to, text, 0o644); err != nil { // #nosec: an example for all to read
			return nil, fmt.Errorf("write pack: %w", err)
		}
	}
	return files, nil
}

func filesOf(pack fs.FS) (files []string, err error) {
	err = fs.WalkDir(pack, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	return files, err
}
