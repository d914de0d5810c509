package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"goodcatch/store/seal"
)

type keysCmd struct {
	New       keysNewCmd    `cmd:"" help:"Make a keyset: into GOODCATCH_DATA_DIR if that is set, else to standard output."`
	Rotate    keysRotateCmd `cmd:"" help:"Add a fresh key that seals from now on. The older ones keep opening what they sealed."`
	ShowCount keysCountCmd  `cmd:"" help:"Print how many keys there are, and nothing else of them."`
}

// Help is shown by goodcatch keys --help.
func (keysCmd) Help() string {
	return `Whoever loses the keys loses every narrative; whoever has keys and database reads them. Keep a copy elsewhere.

  goodcatch keys new > keys.json && chmod 600 keys.json
  GOODCATCH_KEYS_FILE=keys.json goodcatch keys rotate > keys.new && mv keys.new keys.json
  GOODCATCH_DATA_DIR=/var/lib/goodcatch goodcatch keys new        # makes keys.json there, readable by its owner only`
}

type keysNewCmd struct{}

// Run makes a keyset. It never overwrites one.
func (keysNewCmd) Run(a *app) error {
	text, err := seal.NewKeyset()
	if err != nil {
		return err
	}
	if a.DataDir == "" {
		a.printf("%s\n", text)
		return nil
	}
	if err := os.MkdirAll(a.DataDir, 0o700); err != nil {
		return err
	}
	file := filepath.Join(a.DataDir, keysFile)
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already. Use \"goodcatch keys rotate\": a new keyset could not open what the old one sealed", file)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s\n", text)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	a.printf("%s\nKeep a copy elsewhere: without it nothing that people wrote can be read.\n", file)
	return nil
}

type keysRotateCmd struct{}

// Run adds a key: in the file when it is ours, else to standard output.
func (keysRotateCmd) Run(a *app) error {
	if err := a.require(a.needsKeys); err != nil {
		return err
	}
	text, from, err := a.keyset()
	if err != nil {
		return err
	}
	fresh, err := seal.Rotate(text)
	if err != nil {
		return err
	}
	if from == "GOODCATCH_KEYS" {
		a.printf("%s\n", fresh)
		return nil
	}
	draft := from + ".new"
	if err := os.WriteFile(draft, append(fresh, '\n'), 0o600); err != nil {
		return err
	}
	if err := os.Rename(draft, from); err != nil {
		return err
	}
	a.printf("%s\nKeep a copy elsewhere, and restart bot and worker.\n", from)
	return nil
}

type keysCountCmd struct{}

// Run prints the number of keys.
func (keysCountCmd) Run(a *app) error {
	if err := a.require(a.needsKeys); err != nil {
		return err
	}
	keys, err := a.keys()
	if err != nil {
		return err
	}
	a.printf("%d\n", keys.Len())
	return nil
}
