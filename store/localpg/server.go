package localpg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"goodcatch/store/localpg/child"
)

// initialise makes the data directory unless it is complete, and returns the superuser's password.
func (s site) initialise(ctx context.Context, bin binaries, durable bool) (string, error) {
	if text, err := os.ReadFile(s.password()); err == nil {
		if _, err := os.Stat(filepath.Join(s.data(), "PG_VERSION")); err == nil {
			return strings.TrimSpace(string(text)), nil
		}
	}
	password := rand.Text()
	// The password is written last, so that a directory half made by a killed program is made anew.
	if err := errors.Join(os.RemoveAll(s.password()), os.RemoveAll(s.data()), s.account.own(s.data())); err != nil {
		return "", fmt.Errorf("data directory: %w", err)
	}
	if err := initdb(ctx, bin, s.account, s.data(), password, durable); err != nil {
		return "", err
	}
	if err := os.WriteFile(s.password(), []byte(password), 0o600); err != nil {
		return "", fmt.Errorf("keep the password: %w", err)
	}
	return password, nil
}

// initdb fills an empty data directory: UTF-8, byte order, letters known beyond ASCII where the
// machine can, passwords asked of everyone.
func initdb(ctx context.Context, bin binaries, a account, data, password string, durable bool) error {
	secret, err := passwordFile(a, data, password)
	if err != nil {
		return err
	}
	defer os.Remove(secret)
	args := []string{"-D", data, "-U", superuser, "-A", "scram-sha-256", "--pwfile=" + secret, "-E", "UTF8", "--locale=C", "--no-instructions"}
	if !durable {
		args = append(args, "--no-sync")
	}
	var out []byte
	for _, ctype := range []string{"C.UTF-8", "en_US.UTF-8", "C"} {
		cmd := exec.CommandContext(ctx, bin.program("initdb"), append(args, "--lc-ctype="+ctype)...)
		cmd.Dir, cmd.SysProcAttr = "/", a.attributes() // our own folder may be closed to the account
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		if out, err = cmd.CombinedOutput(); err == nil {
			return nil
		}
		if !strings.Contains(string(out), "locale name") {
			break
		}
	}
	return fmt.Errorf("initdb: %w\n%s", err, out)
}

// passwordFile writes the password where initdb, running as the account, can read it once.
func passwordFile(a account, data, password string) (string, error) {
	path := data + ".secret"
	if err := os.WriteFile(path, []byte(password+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("password for initdb: %w", err)
	}
	return path, a.give(path)
}

// socketDir is where the server's Unix socket lies: in its data, which only the server's account and root may enter. A round trip over it
// costs a tenth less CPU than one over loopback. Empty where the path is longer than the operating systems allow (104 bytes, the least).
func socketDir(data string) string {
	if len(data)+len("/.s.PGSQL.65535") >= 104 {
		return ""
	}
	return data
}

// settings are the server's command line.
func settings(data, port string, durable bool) []string {
	set := []string{
		"listen_addresses=127.0.0.1", "port=" + port,
		"unix_socket_directories=" + socketDir(data),
		"shared_buffers=128MB", "max_connections=300", "jit=off", "update_process_title=off",
		"timezone=UTC", "log_timezone=UTC", "checkpoint_timeout=15min", "max_wal_size=2GB",
	}
	if !durable {
		set = append(set, "fsync=off", "synchronous_commit=off", "full_page_writes=off",
			"wal_level=minimal", "max_wal_senders=0")
	}
	args := []string{"-D", data}
	for _, s := range set {
		args = append(args, "-c", s)
	}
	return args
}

// A server is a running postgres, child of this process.
type server struct {
	*child.Child
	port string
}

// errPort says that somebody took the port between our look and the server's.
var errPort = errors.New("port taken")

// startServer runs postgres until it takes connections, on the given port or on a free one.
func startServer(ctx context.Context, bin binaries, s site, port string, durable bool) (*server, error) {
	for range 5 {
		p := port
		if p == "" {
			var err error
			if p, err = child.FreePort(); err != nil {
				return nil, err
			}
		}
		srv, err := runServer(ctx, bin, s, p, durable)
		if !errors.Is(err, errPort) {
			return srv, err
		}
	}
	return nil, fmt.Errorf("start PostgreSQL: no free port on 127.0.0.1")
}

func runServer(ctx context.Context, bin binaries, s site, port string, durable bool) (*server, error) {
	logFile, err := os.Create(s.log())
	if err != nil {
		return nil, fmt.Errorf("server log: %w", err)
	}
	defer logFile.Close()
	cmd := exec.Command(bin.program("postgres"), settings(s.data(), port, durable)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = "/", logFile, logFile
	cmd.SysProcAttr = s.account.attributes()
	proc, err := child.Start(cmd, syscall.SIGQUIT)
	if err != nil {
		return nil, err
	}
	srv := &server{proc, port}
	if err := srv.awaitReady(ctx, s); err != nil {
		return nil, errors.Join(err, srv.stop(true))
	}
	return srv, nil
}

// awaitReady waits until the server has written into its pid file that it takes connections.
func (s *server) awaitReady(ctx context.Context, at site) error {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	err := poll(ctx, func() (bool, error) {
		select {
		case <-s.Exited:
			return false, startFailure(at.log())
		default:
			return takesConnections(at.data(), s.PID), nil
		}
	})
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	return nil
}

// startFailure says why a server ended at once.
func startFailure(log string) error {
	text := lastLines(log)
	if strings.Contains(text, "could not bind") || strings.Contains(text, "Address already in use") {
		return errPort
	}
	return fmt.Errorf("it ended at once:\n%s", text)
}

// takesConnections reads the eighth line of postmaster.pid, as pg_ctl does.
func takesConnections(data string, pid int) bool {
	file := filepath.Join(data, "postmaster.pid")
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return false
	}
	lines := strings.Split(string(text), "\n")
	return len(lines) >= 8 && strings.TrimSpace(lines[7]) == "ready" && (pid == 0 || firstLine(file) == pid)
}

// stop ends the server: orderly, or at once as a crash would.
func (s *server) stop(hard bool) error {
	if hard {
		return s.Stop(syscall.SIGQUIT)
	}
	return s.Stop(syscall.SIGINT, syscall.SIGQUIT)
}
