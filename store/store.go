// Package store is the record in PostgreSQL: it loads facts, lets the domain decide, and writes the whole change in one transaction.
//
// There is one way to write business state: Tx.Do. It loads what the command needs, calls Decide, and writes records, audit events,
// outgoing messages and timers together, so that nobody can forget one of them. Free text is sealed before it is written. What
// the package must not do: decide anything, or talk to a provider.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"goodcatch/domain"
	"goodcatch/store/seal"
)

//go:embed migrations/*.sql
var migrations embed.FS

// A DB is the record store. It may be used by many goroutines at once.
type DB struct {
	Pool *pgxpool.Pool
	Keys *seal.Keys
	// Now is business time. Nil: PostgreSQL's clock, read after the locks. Tests and the demo put their own clock here.
	Now func() time.Time

	side      *pgxpool.Pool // for reading snapshots while a transaction holds a connection: a pool that waits for itself never ends
	org       atomic.Pointer[domain.Organisation]
	loading   sync.Mutex
	wake      chan struct{}
	freed     atomic.Bool // codes wait to be used again: see Purge
	log       *slog.Logger
	unbounded bool
}

// Options are how to open a store.
type Options struct {
	Keys *seal.Keys
	Now  func() time.Time
	Log  *slog.Logger
	// Connections bounds the pool. 0: 16.
	Connections int
	Name        string // application_name
	Unbounded   bool   // see domain.Burden
}

// appRole is the limited role the program works as. It is made by the first migration.
const appRole = "goodcatch_app"

// Open connects, as the limited role where it exists. The schema must have been migrated: see Migrate.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("DATABASE_URL is not a PostgreSQL address") // the driver's error may quote the password
	}
	cfg.MaxConns = int32(o.Connections)
	if cfg.MaxConns == 0 {
		cfg.MaxConns = 16
	}
	name := o.Name
	if name == "" {
		name = "goodcatch"
	}
	for k, v := range map[string]string{"application_name": name, "statement_timeout": "15s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "30s", "timezone": "UTC", "plan_cache_mode": "force_generic_plan", "jit": "off"} {
		cfg.ConnConfig.RuntimeParams[k] = v
	}
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SET ROLE "+appRole)
		return err
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	aside := cfg.Copy()
	aside.MaxConns, aside.MinConns = 2, 0
	side, err := pgxpool.NewWithConfig(ctx, aside)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &DB{Pool: pool, side: side, Keys: o.Keys, Now: o.Now, wake: make(chan struct{}, 1), log: log, unbounded: o.Unbounded}, nil
}

// Close ends all connections.
func (db *DB) Close() {
	db.Pool.Close()
	db.side.Close()
}

// Woken is signalled, at most once per reading, after a commit that queued messages.
func (db *DB) Woken() <-chan struct{} { return db.wake }

// Wake signals Woken.
func (db *DB) Wake() {
	select {
	case db.wake <- struct{}{}:
	default:
	}
}

// Migrate brings the schema up to this program's version. It needs the owner of the database.
func Migrate(ctx context.Context, url string) (version int64, err error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return 0, errors.New("MIGRATE_DATABASE_URL is not a PostgreSQL address")
	}
	sqlDB := stdlib.OpenDB(*cfg)
	defer sqlDB.Close()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, sqlDB, files)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	return p.GetDBVersion(ctx)
}

// SchemaVersion returns the version of the newest migration this program ships: the number its name begins with.
func SchemaVersion() int64 {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(files) == 0 {
		return 0
	}
	number, _, _ := strings.Cut(path.Base(files[len(files)-1]), "_") // in order: see fs.Glob
	version, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0
	}
	return version
}

// Away reports whether an error means that PostgreSQL cannot be reached or cannot write just now, so that trying again helps.
func Away(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code[:2] {
		case "08", "53", "57", "58", "40", "25":
			return true
		}
		return pg.Code == "55P03" // lock not available
	}
	var connect *pgconn.ConnectError
	return errors.As(err, &connect) || errors.Is(err, context.DeadlineExceeded) || pgconn.SafeToRetry(err) || pgconn.Timeout(err) || errors.Is(err, errLost)
}

// errLost marks a connection that broke while a transaction was under way.
var errLost = errors.New("connection lost")

// Cause is an error's text for logs and for operators. PostgreSQL's own messages may quote what people wrote: of them only the code is
// told, and the constraint.
func Cause(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.TrimSpace("sqlstate " + pg.Code + " " + pg.ConstraintName)
	}
	text := err.Error()
	return text[:min(len(text), 120)]
}
