package importer

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Alone is a folder that holds one file of another and nothing else, so that it is imported by itself. A calendar lies in it where Read
// looks for calendars, and so does a playbook, whatever its file is called: its keys tell.
func Alone(dir fs.FS, file string) fs.FS {
	as := file
	switch ext := strings.ToLower(path.Ext(file)); {
	case ext == ".ics":
		as = path.Join(rotaFolder, file)
	case ext != ".yaml" && ext != ".yml" || slices.Contains(ownNames, file):
	default:
		if text, err := fs.ReadFile(dir, file); err == nil && playbookKey.Match(text) {
			as = path.Join(playbookFolder, file)
		}
	}
	return alone{dir, file, as}
}

// ownNames are the YAML files that Read finds by their names.
var ownNames = []string{"organisation.yaml", "policies.yaml", "bank.yaml"}

// playbookKey finds a key that playbooks have and no other file has, also where the rest cannot be read.
var playbookKey = regexp.MustCompile(`(?m)^(scenario|steps|injects)\s*:`)

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

// unknown says of a file that is none of ours which ones are, and where it may belong.
func (a alone) unknown() Faults {
	problem := "is no file that can be imported alone. Those are organisation.yaml, policies.yaml, bank.yaml, the .csv files under their names, ROLE-UNIT.ics, " +
		"and a playbook: YAML with code, title, scenario, objectives and steps. A document or a course is imported with its folder."
	return Faults{{File: a.file, Problem: problem}}
}
