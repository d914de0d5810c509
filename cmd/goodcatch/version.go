package main

import (
	"runtime"
	"runtime/debug"

	"goodcatch/store"
)

type versionCmd struct{}

// Run prints what was built, with which Go, and the schema it wants.
func (versionCmd) Run(a *app) error {
	a.printf("goodcatch %s, schema %d, %s\n", buildVersion(), store.SchemaVersion(), runtime.Version())
	return nil
}

// buildVersion is the commit the program was built from, as Go records it.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+changes"
		}
	}
	if revision == "" {
		return info.Main.Version
	}
	return revision + changed
}
