// Package localpg runs a private PostgreSQL for the demo and for tests: its own data directory, a free
// loopback port, a random password, no socket file, and no rights beyond those of an ordinary user even
// when the program runs as root. It finds the server programs of the machine, or fetches them after
// being told that it may.
//
// It must never touch a cluster it has not made itself, and production never uses it.
package localpg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// superuser is the name of the cluster's only login.
const superuser = "postgres"

// Options say where a cluster lives and how careful it is.
type Options struct {
	Dir     string                    // keeps the cluster between runs; empty: temporary, removed by Stop
	Log     io.Writer                 // progress, one line each; nil: silent
	Yes     bool                      // may install PostgreSQL with the machine's package client without asking (as CI=true)
	Ask     func(command string) bool // asked before a package client is run when Yes is false; nil: never run
	Durable bool                      // survives a power cut; false turns fsync off, right for tests only
}

// A Cluster is a running PostgreSQL server that answers on 127.0.0.1, and on a Unix socket.
type Cluster struct {
	rung string
	base url.URL // of the maintenance database

	// of a cluster that this process started and ends; zero for a shared or a given one
	mu     sync.Mutex
	opts   Options
	site   site
	bin    binaries
	server *server
}

// Start finds PostgreSQL, makes the cluster unless Dir holds one already, and returns when it takes
// connections. Without server programs the error is a *MissingError that holds the commands to type.
// A directory in use by another living process gives ErrInUse.
func Start(ctx context.Context, o Options) (_ *Cluster, err error) {
	bin, rung, err := locate(ctx, o)
	if err != nil {
		return nil, err
	}
	s, err := openSite(o.Dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if bin, err = s.fit(ctx, bin); err != nil {
		return nil, err
	}
	if err := s.clearOrphan(ctx); err != nil {
		return nil, err
	}
	c := &Cluster{opts: o, site: s, bin: bin, rung: fmt.Sprintf("%s, private cluster in %s", rung, s.home)}
	password, err := s.initialise(ctx, bin, o.Durable)
	if err != nil {
		return nil, err
	}
	if err := c.launch(ctx, password); err != nil {
		return nil, err
	}
	return c, nil
}

// launch starts the server on a free port, or on the one it had before.
func (c *Cluster) launch(ctx context.Context, password string) error {
	srv, err := startServer(ctx, c.bin, c.site, c.base.Port(), c.opts.Durable)
	if err != nil {
		return err
	}
	c.server, c.base = srv, address(srv.port, password, c.site.data())
	return nil
}

// Rung says in words which PostgreSQL was taken and where its data lies.
func (c *Cluster) Rung() string { return c.rung }

// URL is the connection string of a database of this cluster, as its superuser. It holds the password:
// do not log it. An empty name means the maintenance database.
func (c *Cluster) URL(db string) string {
	u := c.base
	if db != "" {
		u.Path = "/" + db
	}
	return u.String()
}

// Ensure creates the database unless it exists.
func (c *Cluster) Ensure(ctx context.Context, db string) error {
	conn, err := pgx.Connect(ctx, c.URL(""))
	if err != nil {
		return fmt.Errorf("create database %s: %w", db, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, db).Scan(&exists); err != nil {
		return fmt.Errorf("look for database %s: %w", db, err)
	}
	if exists {
		return nil
	}
	if _, err := conn.Exec(ctx, `CREATE DATABASE `+pgx.Identifier{db}.Sanitize()); err != nil {
		return fmt.Errorf("create database %s: %w", db, err)
	}
	return nil
}

// Restart ends every connection and starts the server again on the same port, as an operator or a crash
// would (hard: without a checkpoint). Only for a cluster made by Start.
func (c *Cluster) Restart(ctx context.Context, hard bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == nil {
		return errors.New("restart PostgreSQL: this process did not start it")
	}
	if err := c.server.stop(hard); err != nil {
		return err
	}
	password, _ := c.base.User.Password()
	return c.launch(ctx, password)
}

// Stop ends the server and removes a temporary directory. A shared or given cluster is left alone.
// It may be called more than once.
func (c *Cluster) Stop() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == nil {
		return nil
	}
	err := c.server.stop(c.site.temporary)
	c.server = nil
	return errors.Join(err, c.site.close())
}

// address is the URL of the maintenance database: by the socket where there is one, else on a loopback port.
func address(port, password, data string) url.URL {
	query := url.Values{"sslmode": {"disable"}}
	if dir := socketDir(data); dir != "" {
		query.Set("host", dir)
	}
	return url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, password),
		Host:     "127.0.0.1:" + port,
		Path:     "/postgres",
		RawQuery: query.Encode(),
	}
}

// poll calls done every few milliseconds until it says true or fails, or ctx ends.
func poll(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// lastLines returns the end of a server log for an error message.
func lastLines(file string) string {
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil || len(text) == 0 {
		return "(its log is empty)"
	}
	if len(text) > 1500 {
		text = text[len(text)-1500:]
	}
	return string(text)
}
