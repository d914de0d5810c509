package localpg

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"goodcatch/store/localpg/child"
)

// TestDatabaseURL names the environment variable by which tests are given a server of their own
// choice; then none is started.
const TestDatabaseURL = "GOODCATCH_TEST_DATABASE_URL"

// grace is how long a shared server outlives its last test.
const grace = 60 * time.Second

var shared struct {
	sync.Mutex
	cluster *Cluster
}

// Shared returns the one server that all test processes of this user share: the first one starts it
// (without fsync, with empty data), it ends by itself a minute after the last one. Databases in it are
// anybody's: names must be random, or derived from the content for templates. It installs nothing; a
// machine without PostgreSQL gives a *MissingError. Calls after the first return the same cluster.
func Shared(ctx context.Context) (*Cluster, error) {
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster != nil {
		return shared.cluster, nil
	}
	c, err := given()
	if c == nil && err == nil {
		c, err = join(ctx, filepath.Join(os.TempDir(), "goodcatch-test-"+strconv.Itoa(os.Geteuid())), grace)
	}
	if err != nil {
		return nil, err
	}
	shared.cluster = c
	return c, nil
}

// given is the server the environment names, or nil.
func given() (*Cluster, error) {
	text := os.Getenv(TestDatabaseURL)
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%s is not a URL like postgres://user:password@host:5432/postgres", TestDatabaseURL)
	}
	return &Cluster{rung: TestDatabaseURL, base: *u}, nil
}

// A commons is the directory in which test processes meet. Its folder run belongs to the account of
// the server.
type commons struct {
	home    string
	account account
}

// A notice describes the running shared server to those who join.
type notice struct {
	Supervisor int
	Port       string
	Password   string
	Rung       string
}

func (c commons) run(name ...string) string {
	return filepath.Join(append([]string{c.home, "run"}, name...)...)
}

// join registers this process as a user and returns the running server, or starts it.
func join(ctx context.Context, dir string, grace time.Duration) (*Cluster, error) {
	c, err := openCommons(dir)
	if err != nil {
		return nil, err
	}
	self := c.run("users", strconv.Itoa(os.Getpid()))
	if err := errors.Join(os.WriteFile(self, nil, 0o600), c.account.give(self)); err != nil {
		return nil, fmt.Errorf("register with the test server: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	lock, err := c.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	n, ok, err := c.running(ctx)
	if err == nil && !ok {
		n, err = c.start(ctx, grace)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(self))
	}
	return &Cluster{rung: n.Rung, base: address(n.Port, n.Password, c.run("data"))}, nil
}

// openCommons makes the directory, and refuses one that somebody else has put there.
func openCommons(dir string) (c commons, err error) {
	if c.account, err = serverAccount(); err != nil {
		return c, err
	}
	c.home = dir
	if c.account.drop && closedTo(filepath.Dir(dir)) {
		c.home = filepath.Join(systemHome, filepath.Base(dir))
	}
	if err := os.MkdirAll(c.home, 0o711); err != nil {
		return c, fmt.Errorf("directory of the test server: %w", err)
	}
	fi, err := os.Lstat(c.home)
	if err != nil {
		return c, fmt.Errorf("directory of the test server: %w", err)
	}
	if stat, ok := fi.Sys().(*syscall.Stat_t); !fi.IsDir() || !ok || int(stat.Uid) != os.Geteuid() {
		return c, fmt.Errorf("%s belongs to somebody else", c.home)
	}
	if err := errors.Join(c.account.own(c.run()), c.account.own(c.run("users"))); err != nil {
		return c, fmt.Errorf("directory of the test server: %w", err)
	}
	return c, nil
}

// lock waits for the right to look, start or clean up.
func (c commons) lock(ctx context.Context) (f *os.File, err error) {
	err = poll(ctx, func() (bool, error) {
		f, err = lockFile(filepath.Join(c.home, "lock"))
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return nil, fmt.Errorf("wait for the test server's lock: %w", err)
	}
	return f, nil
}

// running returns the description of a server that answers. One on its way down is waited for: either
// its description comes back, because our registration was seen, or its supervisor ends.
func (c commons) running(ctx context.Context) (n notice, ok bool, err error) {
	err = poll(ctx, func() (bool, error) {
		n, ok = c.read("cluster.json")
		if ok && alive(n.Supervisor) && answers(n.Port) {
			return true, nil
		}
		ok = false
		going, any := c.read("stopping.json")
		return !any || !alive(going.Supervisor), nil
	})
	return n, ok, err
}

func (c commons) read(name string) (n notice, ok bool) {
	text, err := os.ReadFile(c.run(name))
	return n, err == nil && json.Unmarshal(text, &n) == nil
}

// start begins with empty data and leaves the server to a supervisor that outlives this process.
func (c commons) start(ctx context.Context, grace time.Duration) (notice, error) {
	found := installed(ctx)
	if len(found) == 0 {
		return notice{}, &MissingError{Commands: manual()}
	}
	// an orphan of a killed supervisor, then whatever it left
	if err := (site{home: c.run(), account: c.account}).clearOrphan(ctx); err != nil {
		return notice{}, err
	}
	for _, name := range []string{"data", "cluster.json", "stopping.json"} {
		if err := os.RemoveAll(c.run(name)); err != nil {
			return notice{}, fmt.Errorf("clean the test server's directory: %w", err)
		}
	}
	if err := c.account.own(c.run("data")); err != nil {
		return notice{}, fmt.Errorf("directory of the test server: %w", err)
	}
	n := notice{Password: rand.Text(), Rung: describe(found[0]) + ", shared by tests in " + c.home}
	if err := initdb(ctx, found[0], c.account, c.run("data"), n.Password, false); err != nil {
		return notice{}, err
	}
	for range 5 {
		err := c.supervise(ctx, found[0], &n, grace)
		if err == nil {
			return n, c.write(n)
		}
		if !errors.Is(err, errPort) {
			return notice{}, err
		}
	}
	return notice{}, errors.New("start the test server: no free port on 127.0.0.1")
}

//go:embed supervise.sh
var superviseScript string

// supervise starts the supervisor and waits until its server takes connections.
func (c commons) supervise(ctx context.Context, bin binaries, n *notice, grace time.Duration) error {
	port, err := child.FreePort()
	if err != nil {
		return err
	}
	args := []string{"-c", superviseScript, "goodcatch-test-server", c.run(), strconv.Itoa(int(grace.Seconds())), bin.program("postgres")}
	cmd := exec.Command("sh", append(args, settings(c.run("data"), port, false)...)...)
	cmd.Dir, cmd.SysProcAttr = "/", c.account.attributes()
	cmd.SysProcAttr.Setsid = true // it outlives us
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the test server: %w", err)
	}
	n.Port, n.Supervisor = port, cmd.Process.Pid
	err = poll(ctx, func() (bool, error) {
		if pid, _ := syscall.Wait4(n.Supervisor, nil, syscall.WNOHANG, nil); pid == n.Supervisor {
			return false, startFailure(c.run("postgres.log"))
		}
		return takesConnections(c.run("data"), 0), nil
	})
	if err != nil {
		return fmt.Errorf("start the test server: %w", err)
	}
	return cmd.Process.Release()
}

// write publishes the description, whole or not at all.
func (c commons) write(n notice) error {
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	draft := c.run("draft.json")
	if err := errors.Join(os.WriteFile(draft, text, 0o600), c.account.give(draft), os.Rename(draft, c.run("cluster.json"))); err != nil {
		return fmt.Errorf("describe the test server: %w", err)
	}
	return nil
}

// alive reports whether a process exists; another user's counts.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

func answers(port string) bool {
	conn, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}
