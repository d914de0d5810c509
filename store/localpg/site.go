package localpg

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrInUse says that another living process runs the cluster of this directory.
var ErrInUse = errors.New("another goodcatch uses this data directory")

// systemHome holds clusters whose own directory an unprivileged server could not reach.
const systemHome = "/var/lib/goodcatch"

// A site is the directory of one cluster:
//
//	lock          held by the process that runs it
//	password      of the superuser, readable by the owner only
//	data          PGDATA, owned by the account the server runs as
//	postgres.log  what the server says
type site struct {
	home      string
	temporary bool
	lock      *os.File
	account   account
}

func (s site) data() string     { return filepath.Join(s.home, "data") }
func (s site) log() string      { return filepath.Join(s.home, "postgres.log") }
func (s site) password() string { return filepath.Join(s.home, "password") }

// openSite makes the directory and takes its lock.
func openSite(dir string) (s site, err error) {
	if s.account, err = serverAccount(); err != nil {
		return s, err
	}
	if dir == "" {
		s.temporary = true
		s.home, err = os.MkdirTemp("", "goodcatch-pg-")
	} else {
		s.home, err = filepath.Abs(dir)
	}
	if err != nil {
		return s, fmt.Errorf("data directory: %w", err)
	}
	if s.account.drop && closedTo(filepath.Dir(s.home)) {
		s.home = filepath.Join(systemHome, fmt.Sprintf("%x", sha256.Sum256([]byte(s.home)))[:12])
	}
	if err := os.MkdirAll(s.home, 0o755); err != nil {
		return s, fmt.Errorf("data directory: %w", err)
	}
	if s.account.drop {
		if err := os.Chmod(s.home, 0o711); err != nil { // the server account passes through, and sees no list
			return s, fmt.Errorf("data directory: %w", err)
		}
	}
	s.lock, err = lockFile(filepath.Join(s.home, "lock"))
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return s, fmt.Errorf("%s: %w", s.home, ErrInUse)
	}
	return s, err
}

// close gives the lock back and removes a temporary directory.
func (s site) close() error {
	var err error
	if s.temporary {
		err = os.RemoveAll(s.home)
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}

// fit returns the programs that can open the data already there: PostgreSQL reads its own major
// version only.
func (s site) fit(ctx context.Context, preferred binaries) (binaries, error) {
	text, err := os.ReadFile(filepath.Join(s.data(), "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return preferred, nil
	}
	if err != nil {
		return preferred, fmt.Errorf("version of the data directory: %w", err)
	}
	major := firstNumber(string(text))
	if major == preferred.major {
		return preferred, nil
	}
	for _, b := range installed(ctx) {
		if b.major == major {
			return b, nil
		}
	}
	return preferred, fmt.Errorf("the data in %s were written by PostgreSQL %d and only %d is installed: install PostgreSQL %d, or remove the directory to begin anew",
		s.home, major, preferred.major, major)
}

// clearOrphan ends a server that outlived a killed program, and forgets one that is long dead. Holding
// the lock means that nobody else of us uses it.
func (s site) clearOrphan(ctx context.Context) error {
	file := filepath.Join(s.data(), "postmaster.pid")
	pid := firstLine(file)
	if pid == 0 {
		return nil
	}
	if !isPostgres(pid) { // dead, or its number was given to another program
		return os.Remove(file)
	}
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil {
		return fmt.Errorf("end the PostgreSQL (process %d) left behind in %s: %w", pid, s.home, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	err := poll(ctx, func() (bool, error) { return !isPostgres(pid), nil })
	if err != nil {
		return fmt.Errorf("PostgreSQL (process %d) left behind in %s does not end: %w", pid, s.home, err)
	}
	return nil
}

// firstLine reads the process number from a postmaster.pid; 0 when there is none.
func firstLine(file string) int {
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(line))
	return pid
}

// An account is the user a server runs as.
type account struct {
	drop     bool // we are root and must become this user: PostgreSQL refuses to run as root
	uid, gid int
}

// serverAccount is ourselves, or for root the user postgres, or nobody.
func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	for _, name := range []string{superuser, "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil {
			return account{drop: true, uid: uid, gid: gid}, nil
		}
	}
	return account{}, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody: start goodcatch as an ordinary user")
}

// own makes a directory that belongs to the account.
func (a account) own(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return a.give(dir)
}

// give hands a file or directory to the account.
func (a account) give(path string) error {
	if !a.drop {
		return nil
	}
	return os.Chown(path, a.uid, a.gid)
}

// attributes are those of a child that runs as the account.
func (a account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{}
	if a.drop {
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attr
}

// closedTo reports whether other users cannot pass through this directory. A part that does not exist
// yet will be made by us, open.
func closedTo(dir string) bool {
	for ; ; dir = filepath.Dir(dir) {
		if fi, err := os.Stat(dir); err == nil && fi.Mode().Perm()&0o001 == 0 {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

// lockFile opens a file and takes its lock without waiting.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f, nil
}
