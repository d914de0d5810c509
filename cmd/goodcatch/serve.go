package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"goodcatch/bot/slack"
	"goodcatch/bot/sms"
	"goodcatch/cmd/program"
	"goodcatch/jobs"
	"goodcatch/jobs/localredis"
)

type serveCmd struct {
	Role string `enum:"all,bot,worker" default:"all" placeholder:"ROLE" help:"all; bot: what arrives; worker: deliveries, reminders, escalations."`
}

// Help is shown by goodcatch serve --help.
func (serveCmd) Help() string {
	return `Runs until it is told to end (SIGTERM or Ctrl-C), then finishes what it holds. It starts only with a whole configuration, the newest
schema, keys, and a Redis that keeps what it is given. A Redis that is away does not stop it: messages then go out without it.

  goodcatch serve                            # everything in one process
  goodcatch serve --role=bot                 # any number of each, against one database and one Redis
  goodcatch serve --role=worker

Both roles answer /healthz, /readyz and /metrics on LISTEN_ADDR: give each its own when they share a machine.`
}

// Run checks what it needs and serves.
func (c serveCmd) Run(ctx context.Context, a *app) error {
	if err := a.require(a.needsDatabase, a.needsRedis, a.needsKeys, a.needsWeb, a.needsChannels, a.needsWatch); err != nil {
		return err
	}
	if err := a.schemaReady(ctx); err != nil {
		return err
	}
	if err := a.redisReady(ctx); err != nil {
		return err
	}
	cfg, err := a.programConfig()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", a.ListenAddr)
	if err != nil {
		return fmt.Errorf("LISTEN_ADDR: %w", err)
	}
	defer listener.Close()
	p, err := program.New(ctx, cfg)
	if err != nil {
		return err
	}
	defer p.Close()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // the heap is some tens of megabytes: memory is cheaper than collecting it often
	}
	a.log.Info("serving", "role", c.Role, "addr", listener.Addr().String(), "version", buildVersion())
	err = p.Run(ctx, program.Role(c.Role), listener)
	a.log.Info("ended", "role", c.Role)
	return err
}

// readyTime bounds each check before the start.
const readyTime = 5 * time.Second

// schemaReady refuses a database whose schema is not this program's.
func (a *app) schemaReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	conn, err := pgx.Connect(ctx, a.DatabaseURL)
	if err != nil {
		return fmt.Errorf("DATABASE_URL cannot be reached: %s", reason(err))
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if f := checkSchema(ctx, conn); f.mark == bad {
		return fmt.Errorf("the database schema %s. %s", f.detail, f.fix)
	}
	return nil
}

// redisReady refuses a Redis that would throw work away. One that is away is only warned of.
func (a *app) redisReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	o, err := redis.ParseURL(a.RedisURL)
	if err != nil {
		return a.needsRedis()
	}
	o.MaxRetries = -1
	client := redis.NewClient(o)
	defer client.Close()
	err = localredis.CheckPolicy(ctx, client)
	var policy *localredis.PolicyError
	if errors.As(err, &policy) {
		return fault("REDIS_URL", "names a Redis with maxmemory-policy "+policy.Policy+": it would lose queued work when its memory is full.",
			"redis-cli CONFIG SET maxmemory-policy noeviction, and the same line in redis.conf.")
	}
	if err != nil {
		a.log.Warn("redis is away; messages go out without it", "err", reason(err))
	}
	return nil
}

// programConfig is what the settings mean to the program. Call it after require found no fault.
func (a *app) programConfig() (program.Config, error) {
	keys, err := a.keys()
	if err != nil {
		return program.Config{}, err
	}
	cfg := program.Config{DatabaseURL: a.DatabaseURL, RedisURL: a.RedisURL, PublicURL: strings.TrimSuffix(a.PublicURL, "/"), Keys: keys, Log: a.log, MetricsToken: a.MetricsToken}
	cfg.Watch = jobs.WatchConfig{Heartbeat: a.HeartbeatURL, CanaryPhone: a.CanaryPhone, CanaryEvery: a.CanaryEvery}
	if a.hasTwilio() {
		cfg.SMS = &sms.Config{
			AccountSID: a.TwilioAccountSID, AuthTokens: strings.Split(a.TwilioAuthToken, ","), APIKeySID: a.TwilioAPIKeySID, APIKeySecret: a.TwilioAPIKeySecret,
			From: a.TwilioFromNumber, MessagingServiceSID: a.TwilioMessagingServiceSID, APIURL: a.TwilioAPIURL, PublicURL: cfg.PublicURL,
		}
	}
	if a.hasSlack() {
		cfg.Slack = &slack.Config{BotToken: a.SlackBotToken, AppToken: a.SlackAppToken, APIURL: a.SlackAPIURL}
		if a.SlackSigningSecret != "" {
			cfg.Slack.SigningSecrets = strings.Split(a.SlackSigningSecret, ",")
		}
	}
	return cfg, nil
}

// redisLog puts what the Redis client says of itself among our own lines; it says it each time it fails to connect.
type redisLog struct{ *slog.Logger }

// Printf is what the client calls.
func (l redisLog) Printf(_ context.Context, format string, args ...any) {
	l.Debug("redis client", "err", fmt.Sprintf(format, args...))
}
