package main

import (
	"net"
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
			e.Setenv("OTHER_DATABASE_URL", storetest.EmptyDatabase(t))
			e.Setenv("GOODCATCH_KEYS", storetest.Keyset(t))
			e.Setenv("FREE_ADDR", freeAddr(t))
			return nil
		},
	})
}

// freeAddr is an address of this machine that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
