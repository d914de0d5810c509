// Package localredis finds a Redis for the demo and for tests: the one named, else a private server of
// the machine's own redis-server or valkey-server, else one inside this process. Nothing in it is
// written to disk; losing it loses no message, because Postgres is the record.
package localredis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"goodcatch/store/localpg/child"
)

// TestRedisURL names the environment variable by which tests are given a server of their own choice.
const TestRedisURL = "GOODCATCH_TEST_REDIS_URL"

// Options choose among what the machine has.
type Options struct {
	InProcess bool // skip the server programs: quicker to start, enough for most tests
}

// A Redis is a running server.
type Redis struct {
	URL   string // with its password: do not log it
	Addr  string // host:port
	Rung  string // in words, which one was taken
	close func() error
}

// Close ends a server started by Open, and leaves a given one alone. It may be called more than once.
func (r *Redis) Close() error {
	end := r.close
	r.close = nil
	if end == nil {
		return nil
	}
	return end()
}

// Open returns the server of the URL when there is one, else a private empty one on 127.0.0.1 with a
// random password. It answers when Open returns.
func Open(ctx context.Context, url string, o Options) (*Redis, error) {
	if url != "" {
		return given(ctx, url)
	}
	if !o.InProcess {
		for _, name := range []string{"redis-server", "valkey-server"} {
			if program, err := exec.LookPath(name); err == nil {
				return start(ctx, program)
			}
		}
	}
	return inProcess()
}

func given(ctx context.Context, url string) (*Redis, error) {
	opt, err := redis.ParseURL(url)
	if err != nil { // not wrapped: it quotes the URL, and the password in it
		return nil, errors.New("the Redis URL does not read like redis://:password@host:6379/0")
	}
	opt.MaxRetries, opt.DialerRetries = -1, 1
	client := redis.NewClient(opt)
	defer client.Close()
	if err := client.Ping(ctx).Err(); err != nil {
		return nil, fmt.Errorf("reach Redis at %s: %w", opt.Addr, err)
	}
	return &Redis{URL: url, Addr: opt.Addr, Rung: "the Redis at " + opt.Addr}, nil
}

// inProcess runs miniredis with keys that expire by the wall clock, as in a real server.
func inProcess() (*Redis, error) {
	m := miniredis.NewMiniRedis()
	m.ClockTTL(true)
	password := rand.Text()
	m.RequireAuth(password)
	if err := m.StartAddr("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("start miniredis: %w", err)
	}
	return &Redis{
		URL:   address(m.Addr(), password),
		Addr:  m.Addr(),
		Rung:  "miniredis in this process (no redis-server or valkey-server was asked for or found)",
		close: func() error { m.Close(); return nil },
	}, nil
}

// start runs the program with a few tries for a port.
func start(ctx context.Context, program string) (r *Redis, err error) {
	for range 5 {
		if r, err = startOnce(ctx, program); err == nil || ctx.Err() != nil {
			return r, err
		}
	}
	return nil, err
}

func startOnce(ctx context.Context, program string) (*Redis, error) {
	dir, err := os.MkdirTemp("", "goodcatch-redis-")
	if err != nil {
		return nil, fmt.Errorf("directory for Redis: %w", err)
	}
	port, err := child.FreePort()
	if err != nil {
		return nil, err
	}
	password, log := rand.Text(), &opening{}
	cmd := exec.Command(program, "-") // settings by standard input: a command line shows the password to everyone
	cmd.Stdin = strings.NewReader(settings(dir, port, password))
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	proc, err := child.Start(cmd, syscall.SIGKILL)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	addr := net.JoinHostPort("127.0.0.1", port)
	r := &Redis{
		URL:   address(addr, password),
		Addr:  addr,
		Rung:  program + ", private, in memory only",
		close: func() error { return errors.Join(proc.Stop(syscall.SIGTERM), os.RemoveAll(dir)) },
	}
	if err := await(ctx, r.URL, proc.Exited); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", program, err), r.Close(), log.reason())
	}
	return r, nil
}

// settings: nothing on disk, and a full memory refuses new work instead of forgetting old.
func settings(dir, port, password string) string {
	return strings.Join([]string{
		"bind 127.0.0.1", "port " + port, "requirepass " + password, "dir " + dir,
		`save ""`, "appendonly no", "maxmemory-policy noeviction", "daemonize no", "",
	}, "\n")
}

func address(addr, password string) string {
	return (&url.URL{Scheme: "redis", User: url.UserPassword("", password), Host: addr, Path: "/0"}).String()
}

// await pings until the server answers or has ended.
func await(ctx context.Context, url string, exited <-chan struct{}) error {
	opt, err := redis.ParseURL(url)
	if err != nil {
		return err
	}
	opt.MaxRetries, opt.DialerRetries = -1, 1 // we try again ourselves
	client := redis.NewClient(opt)
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = ping(ctx, client); err == nil {
			return nil
		}
		select {
		case <-exited:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// ping looks first whether anybody listens, because the client logs each refused connection.
func ping(ctx context.Context, client *redis.Client) error {
	conn, err := net.DialTimeout("tcp", client.Options().Addr, time.Second)
	if err != nil {
		return err
	}
	if err := conn.Close(); err != nil {
		return err
	}
	return client.Ping(ctx).Err()
}

// An opening keeps the beginning of what a server says, for the error message. It is read only after the
// server has ended.
type opening struct{ text []byte }

var _ io.Writer = (*opening)(nil)

func (o *opening) Write(p []byte) (int, error) {
	if room := 1500 - len(o.text); room > 0 {
		o.text = append(o.text, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

func (o *opening) reason() error {
	if len(o.text) == 0 {
		return nil
	}
	return errors.New(strings.TrimSpace(string(o.text)))
}
