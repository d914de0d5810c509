package seed_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"goodcatch/domain"
	"goodcatch/store/seed"
)

func TestWriteMakesEveryFileAndOverwritesNone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pack")
	files, err := seed.Write("hospital", dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 30 {
		t.Errorf("%d files: %v", len(files), files)
	}
	mine := filepath.Join(dir, "units.csv")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seed.Write("hospital", dir); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second time: %v, want fs.ErrExist", err)
	}
	if text, err := os.ReadFile(mine); err != nil || string(text) != "mine" {
		t.Errorf("overwritten with %q, %v", text, err)
	}
}

func TestUnknownPackIsNamed(t *testing.T) {
	t.Parallel()
	if _, err := seed.Pack("zoo"); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("got %v, want not found", err)
	}
}
