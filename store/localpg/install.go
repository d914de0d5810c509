package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// A MissingError says that no PostgreSQL server is installed; its text is one screen with the exact
// commands for this machine.
type MissingError struct{ Commands []string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("no PostgreSQL server (version %d or newer) is installed. Install it with\n\n    %s\n\nand run the same command again, or add --yes to let goodcatch do it.",
		oldest, strings.Join(e.Commands, "\n  or\n    "))
}

// A client is a package client that can install PostgreSQL.
type client struct {
	name    string
	command string // what a person would type, and what is run
}

// clients lists those of this machine, best first. sudo is used only if it asks for nothing.
func clients() []client {
	var found []client
	if _, err := exec.LookPath("apt-get"); err == nil {
		sudo := ""
		if os.Geteuid() != 0 {
			sudo = "sudo "
		}
		found = append(found, client{"apt-get", sudo + "apt-get update && " + sudo + "apt-get install -y postgresql"})
	}
	if _, err := exec.LookPath("brew"); err == nil {
		found = append(found, client{"brew", "brew install postgresql@17"})
	}
	if _, err := exec.LookPath("npm"); err == nil && embedded().sha512 != "" {
		found = append(found, client{"npm", embedded().command()})
	}
	return found
}

// manual is what we tell people whose machine has no package client we know.
func manual() []string {
	if runtime.GOOS == "darwin" {
		return []string{"brew install postgresql@17"}
	}
	return []string{"apt-get install postgresql", "dnf install postgresql-server", "apk add postgresql"}
}

// install runs the first package client that works, if that is allowed, and names it.
func install(ctx context.Context, o Options) (string, error) {
	available := clients()
	missing := &MissingError{Commands: manual()}
	if len(available) > 0 {
		missing.Commands = nil
		for _, c := range available {
			missing.Commands = append(missing.Commands, c.command)
		}
	}
	var failed []error
	for _, c := range available {
		if !allowed(o, c) {
			continue
		}
		note(o, "installing PostgreSQL: %s", c.command)
		err := c.run(ctx, o)
		if err == nil {
			return c.name, nil
		}
		failed = append(failed, fmt.Errorf("%s: %w", c.name, err))
	}
	return "", errors.Join(append(failed, missing)...)
}

// allowed reports consent: given beforehand, implied by CI, or asked for now.
func allowed(o Options, c client) bool {
	if o.Yes || os.Getenv("CI") == "true" {
		return true
	}
	return o.Ask != nil && o.Ask(c.command)
}

func (c client) run(ctx context.Context, o Options) error {
	if c.name == "npm" {
		return embedded().fetch(ctx, fetchDir())
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", strings.ReplaceAll(c.command, "sudo ", "sudo -n "))
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "HOMEBREW_NO_AUTO_UPDATE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, tail(out))
	}
	return nil
}

func tail(out []byte) []byte { return out[max(0, len(out)-1500):] }

func note(o Options, format string, args ...any) {
	if o.Log != nil {
		fmt.Fprintf(o.Log, format+"\n", args...)
	}
}

// fetchDir keeps server programs fetched by ourselves. Root's own cache is closed to the account the
// server runs as.
func fetchDir() string {
	if os.Geteuid() == 0 {
		return filepath.Join(systemHome, "postgresql")
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "goodcatch", "postgresql")
}
