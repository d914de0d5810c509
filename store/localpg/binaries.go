package localpg

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldest is the first major version the SQL of this project runs on.
const oldest = 15

// binaries is a folder that holds postgres and initdb of one version.
type binaries struct {
	dir   string
	major int
}

func (b binaries) program(name string) string { return filepath.Join(b.dir, name) }

// installed lists the usable server programs of this machine: the one a person chose by PATH first,
// then what pg_config names, then the newest of the usual folders.
func installed(ctx context.Context) []binaries {
	var found []binaries
	for _, dir := range candidates(ctx) {
		if slices.ContainsFunc(found, func(b binaries) bool { return b.dir == dir }) {
			continue
		}
		if major := majorOf(ctx, dir); major >= oldest {
			found = append(found, binaries{dir, major})
		}
	}
	return found
}

// candidates lists folders that may hold a server, best first, symbolic links resolved.
func candidates(ctx context.Context) []string {
	var files []string
	if p, err := exec.LookPath("postgres"); err == nil {
		files = append(files, p)
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		files = append(files, filepath.Join(strings.TrimSpace(string(out)), "postgres"))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin/postgres",                          // Debian, Ubuntu
		"/usr/pgsql-*/bin/postgres",                                   // Red Hat, PGDG
		"/usr/libexec/postgresql*/postgres",                           // Alpine
		"/opt/homebrew/opt/postgresql@*/bin/postgres",                 // Homebrew, Apple silicon
		"/usr/local/opt/postgresql@*/bin/postgres",                    // Homebrew, Intel
		"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin/postgres",    // Homebrew, Linux
		"/Applications/Postgres.app/Contents/Versions/*/bin/postgres", // Postgres.app
		filepath.Join(fetchDir(), "*", "package/native/bin/postgres"), // fetched by ourselves
	} {
		matches, _ := filepath.Glob(pattern)
		slices.SortFunc(matches, func(a, b string) int { return firstNumber(b) - firstNumber(a) })
		files = append(files, matches...)
	}
	var dirs []string
	for _, f := range files {
		if real, err := filepath.EvalSymlinks(f); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	return dirs
}

var number = regexp.MustCompile(`\d+`)

func firstNumber(s string) int {
	n, _ := strconv.Atoi(number.FindString(s))
	return n
}

// majorOf asks a server for its version; 0 when the folder lacks a program or it does not run.
func majorOf(ctx context.Context, dir string) int {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return 0
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return 0
	}
	return firstNumber(string(out)) // "postgres (PostgreSQL) 15.18 (Debian …)"
}

// locate goes down the ladder: installed programs, then a package client if that is allowed.
func locate(ctx context.Context, o Options) (binaries, string, error) {
	if found := installed(ctx); len(found) > 0 {
		return found[0], describe(found[0]), nil
	}
	how, err := install(ctx, o)
	if err != nil {
		return binaries{}, "", err
	}
	found := installed(ctx)
	if len(found) == 0 {
		return binaries{}, "", fmt.Errorf("%s ran, but no PostgreSQL %d or newer is found after it", how, oldest)
	}
	return found[0], describe(found[0]) + ", installed with " + how, nil
}

func describe(b binaries) string { return fmt.Sprintf("PostgreSQL %d in %s", b.major, b.dir) }
