package importer

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Alone is a folder that holds one file of another and nothing else, so that it is imported by itself. A calendar lies in it where Read
// looks for calendars.
func Alone(dir fs.FS, file string) fs.FS {
	as := file
	if strings.EqualFold(path.Ext(file), ".ics") {
		as = path.Join(rotaFolder, file)
	}
	return alone{dir, file, as}
}

type alone struct {
	dir      fs.FS
	file, as string
}

// Open opens the file by the name it has here.
func (a alone) Open(name string) (fs.File, error) {
	if name != a.as {
		return nil, fmt.Errorf("open %s: %w", name, fs.ErrNotExist)
	}
	return a.dir.Open(a.file)
}

// Glob finds the file by a pattern.
func (a alone) Glob(pattern string) ([]string, error) {
	if ok, err := path.Match(pattern, a.as); !ok {
		return nil, err
	}
	return []string{a.as}, nil
}
