package demo_test

import (
	"errors"
	"os"
	"testing"

	"goodcatch/cmd/demo"
	"goodcatch/store/localpg"
)

// start starts a demo. It skips the test on a machine without PostgreSQL, saying so, and fails it where CI promises one.
func start(t *testing.T, o demo.Options) *demo.Demo {
	t.Helper()
	o.Say = func(what, text string) { t.Log(what, text) }
	d, err := demo.Start(t.Context(), o)
	var missing *localpg.MissingError
	if errors.As(err, &missing) && os.Getenv("CI") != "true" {
		t.Skipf("needs PostgreSQL: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestSmoke(t *testing.T) {
	d := start(t, demo.Options{})
	timings, err := d.Smoke(t.Context())
	for _, lap := range timings {
		t.Log(lap.What, lap.Took)
	}
	if err != nil {
		t.Fatal(err)
	}
}
