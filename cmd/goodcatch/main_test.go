package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"goodcatch/store/storetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"goodcatch": main})
}

// The scripts run the program as an operator does, each against an empty database of its own in DATABASE_URL.
func TestScripts(t *testing.T) {
	t.Parallel()
	storetest.EmptyDatabase(t) // skips here, not in the middle of a script
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("DATABASE_URL", storetest.EmptyDatabase(t))
			e.Setenv("GOODCATCH_KEYS", storetest.Keyset(t))
			return nil
		},
	})
}
