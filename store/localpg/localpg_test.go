package localpg

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// need skips a test on a machine without PostgreSQL, and fails it where CI promises one.
func need(t *testing.T) {
	t.Helper()
	if len(installed(t.Context())) > 0 {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no PostgreSQL server is installed")
	}
	t.Skip("no PostgreSQL server is installed")
}

// openDir is a directory an unprivileged server can reach: t.TempDir is closed to others.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "goodcatch-localpg-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func start(t *testing.T, o Options) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return c
}

func query(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var s string
	if err := conn.QueryRow(t.Context(), sql).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTemporaryClusterAnswersAndLeavesNothing(t *testing.T) {
	t.Parallel()
	need(t)
	begin := time.Now()
	c := start(t, Options{})
	t.Logf("%s, ready after %v", c.Rung(), time.Since(begin).Round(time.Millisecond))
	for range 2 {
		if err := c.Ensure(t.Context(), "ward"); err != nil {
			t.Fatal(err)
		}
	}
	if got := query(t, c.URL("ward"), `SELECT current_database() || lower('É') || current_setting('listen_addresses')`); got != "wardé127.0.0.1" {
		t.Errorf("got %q", got)
	}
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.site.home); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", c.site.home, err)
	}
}

func TestWrongPasswordIsRefused(t *testing.T) {
	t.Parallel()
	need(t)
	c := start(t, Options{})
	password, _ := c.base.User.Password()
	if conn, err := pgx.Connect(t.Context(), strings.Replace(c.URL(""), password, "guess", 1)); err == nil {
		conn.Close(context.Background())
		t.Error("connected with a wrong password")
	}
}

func TestDataSurviveStopAndDirectoryIsHeldByOne(t *testing.T) {
	t.Parallel()
	need(t)
	dir := filepath.Join(openDir(t), "pg")
	c := start(t, Options{Dir: dir, Durable: true})
	if err := c.Ensure(t.Context(), "kept"); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrInUse) {
		t.Fatalf("got %v, want ErrInUse", err)
	}
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	again := start(t, Options{Dir: dir, Durable: true})
	if got := query(t, again.URL("kept"), `SELECT current_database()::text`); got != "kept" {
		t.Errorf("got %q", got)
	}
}

func TestRestartKeepsAddressAndData(t *testing.T) {
	t.Parallel()
	need(t)
	for _, hard := range []bool{false, true} {
		c := start(t, Options{})
		if err := c.Ensure(t.Context(), "kept"); err != nil {
			t.Fatal(err)
		}
		before := c.URL("kept")
		if err := c.Restart(t.Context(), hard); err != nil {
			t.Fatal(err)
		}
		if c.URL("kept") != before {
			t.Error("the address changed")
		}
		query(t, before, `SELECT 'x'`)
	}
}

func TestStalePidFileIsForgottenAndOrphanEnded(t *testing.T) {
	t.Parallel()
	need(t)
	dir := filepath.Join(openDir(t), "pg")
	c := start(t, Options{Dir: dir})
	// as a killed program leaves it: the server lives, nobody holds the lock
	if err := syscall.Flock(int(c.site.lock.Fd()), syscall.LOCK_UN); err != nil {
		t.Fatal(err)
	}
	again := start(t, Options{Dir: dir})
	query(t, again.URL(""), `SELECT 'x'`)
	if err := again.Stop(); err != nil {
		t.Fatal(err)
	}
	// a pid file whose number now belongs to some other program: ourselves
	file := filepath.Join(again.site.data(), "postmaster.pid")
	if err := os.WriteFile(file, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	query(t, start(t, Options{Dir: dir}).URL(""), `SELECT 'x'`)
}

// TestKilledProgramTakesServerAlong starts this test binary again as a program that is then killed.
func TestKilledProgramTakesServerAlong(t *testing.T) {
	need(t)
	if dir := os.Getenv("LOCALPG_TEST_CHILD"); dir != "" {
		if _, err := Start(t.Context(), Options{Dir: dir}); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	t.Parallel()
	dir := filepath.Join(openDir(t), "pg")
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledProgramTakesServerAlong$")
	cmd.Env = append(os.Environ(), "LOCALPG_TEST_CHILD="+dir)
	if out, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the child was not killed: %v\n%s", err, out)
	}
	query(t, start(t, Options{Dir: dir}).URL(""), `SELECT 'x'`)
}

func TestOtherMajorVersionIsNamed(t *testing.T) {
	t.Parallel()
	need(t)
	dir := filepath.Join(openDir(t), "pg")
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "PostgreSQL 9") {
		t.Errorf("got %v", err)
	}
}

func TestMissingErrorShowsCommands(t *testing.T) {
	t.Parallel()
	got := (&MissingError{Commands: []string{"apt-get install postgresql", "brew install postgresql@17"}}).Error()
	for _, want := range []string{"\n    apt-get install postgresql\n", "\n    brew install postgresql@17\n", "--yes"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestBundleWithWrongChecksumIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	archive := filepath.Join(dir, "x.tgz")
	if err := os.WriteFile(archive, []byte("not it"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (bundle{"linux-x64", "AAAA"}).unpack(archive, dir); err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("got %v", err)
	}
}

func TestSharedServerServesSeveralAndEndsAfterTheLast(t *testing.T) {
	t.Parallel()
	need(t)
	dir := filepath.Join(openDir(t), "shared")
	urls := make([]string, 4)
	var all errgroup.Group
	for i := range urls { // each with a lock of its own, as so many processes would have
		all.Go(func() error {
			c, err := join(t.Context(), dir, time.Second)
			if err == nil {
				urls[i] = c.URL("")
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	if len(slices.Compact(urls)) != 1 {
		t.Error("more than one server was started")
	}
	query(t, urls[0], `SELECT 'x'`)

	c := commons{home: dir}
	n, ok := c.read("cluster.json")
	if !ok {
		t.Fatal("the server is not described")
	}
	if err := os.Remove(c.run("users", strconv.Itoa(os.Getpid()))); err != nil {
		t.Fatal(err)
	}
	// the supervisor is our child; its end is the end of the server
	if _, err := syscall.Wait4(n.Supervisor, nil, 0, nil); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.read("cluster.json"); ok || answers(n.Port) {
		t.Error("the server is still there")
	}
	three, err := join(t.Context(), dir, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	query(t, three.URL(""), `SELECT 'x'`)
	n, _ = c.read("cluster.json")
	if err := os.Remove(c.run("users", strconv.Itoa(os.Getpid()))); err != nil {
		t.Fatal(err)
	}
	if _, err := syscall.Wait4(n.Supervisor, nil, 0, nil); err != nil {
		t.Fatal(err)
	}
}

func TestGivenServerIsUsed(t *testing.T) {
	t.Setenv(TestDatabaseURL, "postgres://u:p@db:5432/postgres?sslmode=disable")
	c, err := given()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.URL("ward"), "postgres://u:p@db:5432/ward?sslmode=disable"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	t.Setenv(TestDatabaseURL, "nonsense")
	if _, err := given(); err == nil {
		t.Error("nonsense was accepted")
	}
}
