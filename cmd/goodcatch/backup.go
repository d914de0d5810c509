package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// What a backup is made of, in its folder.
const (
	dumpFile     = "goodcatch.dump"
	manifestFile = "backup.json"
)

// A manifest says what a backup holds. It has no secrets and no names.
type manifest struct {
	Format  int        `json:"format"` // 1
	TakenAt time.Time  `json:"taken_at"`
	Program string     `json:"program"`
	Schema  int64      `json:"schema_version"`
	Head    store.Head `json:"chain_head"` // of the audit, before the dump began: the dump holds it
	SHA256  string     `json:"sha256"`     // of the dump
	Keys    string     `json:"keys"`
}

const noKeys = "not in this backup: without the keyset nothing that people wrote can be read"

type backupCmd struct {
	Dir string `arg:"" help:"A new folder for it."`
}

// Help is shown by goodcatch backup --help.
func (backupCmd) Help() string {
	return `Runs pg_dump, which must be on the PATH and not older than the server, as the owner (MIGRATE_DATABASE_URL, else DATABASE_URL). The
program may go on working meanwhile. Redis needs no backup. THE KEYS ARE NOT IN IT: keep a copy of keys.json in another place.

  goodcatch backup /backup/$(date +%F)

For a hospital, PostgreSQL's own continuous archiving loses less than a nightly dump; this is for small houses and before upgrades.`
}

// Run writes the dump and its manifest.
func (c backupCmd) Run(ctx context.Context, a *app) error {
	if err := a.require(a.needsOwner); err != nil {
		return err
	}
	program, server, password, err := a.tool("pg_dump")
	if err != nil {
		return err
	}
	m := manifest{Format: 1, TakenAt: time.Now().UTC().Truncate(time.Second), Program: buildVersion(), Keys: noKeys}
	if err := a.describe(ctx, &m); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(c.Dir)), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(c.Dir, 0o700); err != nil {
		return fmt.Errorf("%w. A backup wants a new folder", err)
	}
	dump := filepath.Join(c.Dir, dumpFile)
	if err := a.execute(ctx, password, program, "--format=custom", "--no-owner", "--file="+dump, "--dbname="+server); err != nil {
		return err
	}
	if m.SHA256, err = digest(dump); err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.Dir, manifestFile), append(text, '\n'), 0o600); err != nil {
		return err
	}
	a.printf("%s: schema %d, audit head %s\nThe keys are not in it. Keep a copy of them in another place: without them nothing that people wrote can be read.\n", c.Dir, m.Schema, showHead(m.Head))
	return nil
}

// owner is the address to dump from and restore to.
func (a *app) owner() string {
	if a.MigrateDatabaseURL != "" {
		return a.MigrateDatabaseURL
	}
	return a.DatabaseURL
}

// describe reads the schema's version and the chain's head.
func (a *app) describe(ctx context.Context, m *manifest) (err error) {
	db, err := a.openOwned(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if m.Head, err = db.ChainHead(ctx); err != nil {
		return err
	}
	m.Schema, err = store.SchemaAt(ctx, a.owner())
	return err
}

// openOwned opens the store at the owner's address, without keys.
func (a *app) openOwned(ctx context.Context) (*store.DB, error) {
	settings := *a.Settings
	settings.DatabaseURL = a.owner()
	as := *a
	as.Settings = &settings
	return as.openWith(ctx, store.Options{Log: a.log})
}

// tool finds a program of PostgreSQL, and splits the owner's address into what may be seen in a process list and the password.
func (a *app) tool(name string) (program, server, password string, err error) {
	program, err = exec.LookPath(name)
	if err != nil {
		return "", "", "", fmt.Errorf("%s is not on the PATH. Install PostgreSQL's client programs, of the server's version or newer", name)
	}
	u, err := url.Parse(a.owner())
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return "", "", "", fault("DATABASE_URL", "is not written as postgres://…, which "+name+" is given.", "Write it as postgres://user:password@host:5432/goodcatch.")
	}
	if u.User != nil {
		password, _ = u.User.Password()
		u.User = url.User(u.User.Username())
	}
	return program, u.String(), password, nil
}

// execute runs a program of PostgreSQL. What it complains of is passed on, scrubbed.
func (a *app) execute(ctx context.Context, password, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = os.Environ()
	if password != "" {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(program), err, scrub(strings.TrimSpace(string(out))))
	}
	return nil
}

func digest(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

type restoreCmd struct {
	Dir string `arg:"" type:"existingdir" help:"The folder that backup wrote."`
}

// Help is shown by goodcatch restore --help.
func (restoreCmd) Help() string {
	return `Takes a backup into an EMPTY database, as its owner (MIGRATE_DATABASE_URL, else DATABASE_URL), with pg_restore from the PATH, and verifies
the audit against the head noted when the backup was taken. It needs the keys of that time only for reading what people wrote.

  createdb goodcatch
  DATABASE_URL=postgres://…/goodcatch goodcatch restore /backup/2026-03-04
  goodcatch migrate && goodcatch doctor && goodcatch serve      # with an empty Redis

What was sent when the backup was taken is not sent again, and reminders go on where they stood. What happened after it is not in it:
a message that was still waiting then goes out, even if the lost database had sent it since. Take the old program down first.`
}

// Run restores and verifies.
func (c restoreCmd) Run(ctx context.Context, a *app) error {
	if err := a.require(a.needsOwner); err != nil {
		return err
	}
	m, err := readManifest(c.Dir)
	if err != nil {
		return err
	}
	program, server, password, err := a.tool("pg_restore")
	if err != nil {
		return err
	}
	if err := store.PrepareRestore(ctx, a.owner()); err != nil {
		if errors.Is(err, domain.ErrConflict) {
			return errors.New("the database is not empty. Restore into a new one, and point DATABASE_URL at it")
		}
		return err
	}
	if err := a.execute(ctx, password, program, "--no-owner", "--exit-on-error", "--single-transaction", "--dbname="+server, filepath.Join(c.Dir, dumpFile)); err != nil {
		return err
	}
	a.printf("restored  backup of %s, schema %d\n", m.TakenAt.Format(time.RFC3339), m.Schema)
	db, err := a.openOwned(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := a.verify(ctx, db, m.Head); err != nil {
		return err
	}
	a.printf("Next: goodcatch migrate, goodcatch doctor, goodcatch serve. The keys of that time are needed to read what people wrote.\n")
	return nil
}

// readManifest reads a backup's manifest and holds its dump to it.
func readManifest(dir string) (m manifest, err error) {
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		return m, fmt.Errorf("no backup is there: %w", err)
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Format != 1 {
		return m, fmt.Errorf("%s is not one that this program wrote", manifestFile)
	}
	if m.Schema > store.SchemaVersion() {
		return m, fmt.Errorf("the backup has schema %d and this program knows %d. Use the program of %s or newer", m.Schema, store.SchemaVersion(), m.Program)
	}
	sum, err := digest(filepath.Join(dir, dumpFile))
	if err != nil {
		return m, err
	}
	if sum != m.SHA256 {
		return m, fmt.Errorf("%s is damaged: its digest is not the one in %s", dumpFile, manifestFile)
	}
	return m, nil
}
