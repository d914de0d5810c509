package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"goodcatch/domain"
	"goodcatch/jobs/localredis"
	"goodcatch/store"
)

func checkFiles(_ context.Context, a *app) []finding { return asFindings("files", a.unread) }

func checkKeys(_ context.Context, a *app) []finding {
	if faults := a.needsKeys(); len(faults) > 0 {
		return asFindings("keys", faults)
	}
	keys, err := a.keys()
	if err != nil {
		return []finding{{bad, "keys", err.Error(), "Run \"goodcatch keys new\"."}}
	}
	return []finding{{fine, "keys", fmt.Sprintf("%d in the keyset", keys.Len()), ""}}
}

// checkDatabase connects as the program would: schema, role, clock, and whether our keys open what is sealed there.
func checkDatabase(ctx context.Context, a *app) []finding {
	if faults := a.needsDatabase(); len(faults) > 0 {
		return asFindings("database", faults)
	}
	conn, err := pgx.Connect(ctx, a.DatabaseURL)
	if err != nil {
		return []finding{{bad, "database", "cannot be reached: " + reason(err), "Start PostgreSQL, and check host, port, user, password and database in DATABASE_URL."}}
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var server string
	if err := conn.QueryRow(ctx, `SHOW server_version`).Scan(&server); err != nil {
		return []finding{{bad, "database", "does not answer: " + reason(err), "Look into PostgreSQL's log."}}
	}
	found := []finding{{fine, "database", "PostgreSQL " + server, ""}}
	schema := checkSchema(ctx, conn)
	if found = append(found, schema); schema.mark != fine {
		return found
	}
	role := checkRole(ctx, conn)
	if found = append(found, role, checkClock(ctx, conn)); role.mark == bad {
		return found
	}
	found = append(found, checkSealed(ctx, a), checkRoster(ctx, a), checkBurden(ctx, a))
	return append(found, checkWatch(ctx, a)...)
}

// checkWatch tells which providers are switched off and which alarms stand: what the processes that run see of each other.
func checkWatch(ctx context.Context, a *app) []finding {
	db, err := store.Open(ctx, a.DatabaseURL, store.Options{})
	if err != nil {
		return nil // told already
	}
	defer db.Close()
	found := checkProviders(ctx, db)
	alarms, err := db.Alarms(ctx)
	if err != nil {
		return append(found, finding{bad, "watch", reason(err), "See the findings above."})
	}
	if len(alarms) == 0 {
		return append(found, finding{fine, "watch", "no alarm stands", ""})
	}
	for _, v := range alarms {
		fix, ok := remedies[v]
		if !ok {
			fix = "See the findings of this part, and the log."
		}
		found = append(found, finding{bad, "watch", "an alarm stands: " + string(v), fix})
	}
	return found
}

// remedies are what an operator does about a part that has stopped.
var remedies = map[domain.Vital]string{
	domain.VitalBot:     "Start \"goodcatch serve --role=bot\", and look why it ended.",
	domain.VitalWorker:  "Start \"goodcatch serve --role=worker\", and look why it ended.",
	domain.VitalTimers:  "Look into the worker's log for \"timer failed\", and at \"goodcatch doctor --dead\".",
	domain.VitalOutbox:  "Look into the worker's log for \"deliver\", and at the providers' status pages.",
	domain.VitalClocks:  "\"goodcatch doctor --dead --retry all\" runs dead timers again; take up what stays in Slack by hand, and tell us.",
	domain.VitalUnknown: "Look whether the provider's list answers.",
	domain.VitalWebhook: "At Twilio, the number's webhook must be PUBLIC_URL/twilio/sms, and your proxy must let it through.",
	domain.VitalCanary:  "Send a text to the test phone yourself; look at the number's delivery errors at Twilio.",
	domain.VitalChain:   "Look into the worker's log for \"chain\".",
}

// reason is the last part of an error, without addresses and passwords.
func reason(err error) string {
	for {
		next := errors.Unwrap(err)
		if several, ok := err.(interface{ Unwrap() []error }); ok && len(several.Unwrap()) > 0 { // each address that was tried
			next = several.Unwrap()[0]
		}
		if next == nil {
			return scrub(err.Error())
		}
		err = next
	}
}

func checkSchema(ctx context.Context, conn *pgx.Conn) finding {
	var has int64
	err := conn.QueryRow(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&has)
	wants := store.SchemaVersion()
	switch {
	case err != nil:
		return finding{bad, "schema", "there is none", "Run \"goodcatch migrate\" as the owner of the database."}
	case has < wants:
		return finding{bad, "schema", fmt.Sprintf("is version %d, this program wants %d", has, wants), "Run \"goodcatch migrate\" as the owner of the database."}
	case has > wants:
		return finding{note, "schema", fmt.Sprintf("is version %d, newer than this program's %d", has, wants), "Run the newest release everywhere."}
	}
	return finding{fine, "schema", fmt.Sprintf("version %d", has), ""}
}

// checkRole looks whether we can become the limited role, and whether that role cannot change the audit.
func checkRole(ctx context.Context, conn *pgx.Conn) finding {
	var mayChange bool
	if _, err := conn.Exec(ctx, `SET ROLE goodcatch_app`); err != nil {
		return finding{bad, "role", "this user may not work as goodcatch_app: " + reason(err), "As the database's owner: GRANT goodcatch_app TO <the user of DATABASE_URL>."}
	}
	err := conn.QueryRow(ctx, `SELECT has_table_privilege('events', 'UPDATE, DELETE, TRUNCATE') OR rolsuper FROM pg_roles WHERE rolname = current_user`).Scan(&mayChange)
	if err != nil || mayChange {
		return finding{bad, "role", "goodcatch_app could change the audit", "As the owner: REVOKE UPDATE, DELETE, TRUNCATE ON events FROM goodcatch_app."}
	}
	return finding{fine, "role", "goodcatch_app, which can only add to the audit", ""}
}

// skew is how far two clocks may be apart before times in texts look wrong and signatures of Slack (five minutes) fail.
const skew = 2 * time.Second

func checkClock(ctx context.Context, conn *pgx.Conn) finding {
	before := time.Now()
	var there time.Time
	if err := conn.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&there); err != nil {
		return finding{bad, "clock", "PostgreSQL did not tell the time: " + reason(err), "Look into PostgreSQL's log."}
	}
	took := time.Since(before)
	apart := there.Sub(before.Add(took / 2)).Abs()
	if apart > skew+took {
		return finding{bad, "clock", fmt.Sprintf("PostgreSQL's clock and this machine's are %v apart", apart.Round(time.Millisecond)), "Run a time service (chrony, systemd-timesyncd) on both."}
	}
	return finding{fine, "clock", "with PostgreSQL's", ""}
}

// checkSealed opens one sealed row: the keys and the database must belong together.
func checkSealed(ctx context.Context, a *app) finding {
	if len(a.needsKeys()) > 0 {
		return finding{unset, "sealed", "not tried without keys", ""}
	}
	db, err := a.open(ctx)
	if err != nil {
		return finding{bad, "sealed", reason(err), "See the findings above."}
	}
	defer db.Close()
	tried, err := db.OpensSealed(ctx)
	switch {
	case err != nil:
		return finding{bad, "sealed", "these keys do not open what is sealed in this database", "Set GOODCATCH_KEYS to the keyset it was sealed with, from your copy."}
	case !tried:
		return finding{fine, "sealed", "nothing is sealed yet", ""}
	}
	return finding{fine, "sealed", "the keys open what is sealed here", ""}
}

func checkRoster(ctx context.Context, a *app) finding {
	db, err := store.Open(ctx, a.DatabaseURL, store.Options{})
	if err != nil {
		return finding{bad, "roster", reason(err), "See the findings above."}
	}
	defer db.Close()
	o, err := db.Organisation(ctx)
	switch {
	case err != nil:
		return finding{bad, "roster", reason(err), "Run \"goodcatch migrate\"."}
	case len(o.People) == 0:
		return finding{note, "roster", "nobody is known yet", "Run \"goodcatch admin add\", then \"goodcatch init\" and \"goodcatch import\"."}
	}
	return finding{fine, "roster", fmt.Sprintf("%d people, %d units", len(o.People), len(o.Units)), ""}
}

// checkBurden says how many routine texts people get.
func checkBurden(ctx context.Context, a *app) finding {
	db, err := store.Open(ctx, a.DatabaseURL, store.Options{})
	if err != nil {
		return finding{bad, "texts", reason(err), "See the findings above."}
	}
	defer db.Close()
	l, err := db.Load(ctx)
	if err != nil {
		return finding{bad, "texts", reason(err), "Run \"goodcatch migrate\"."}
	}
	return finding{fine, "texts", fmt.Sprintf("%d routine ones in 7 days, %.1f a head, %d to one phone at most; %d wait for room", l.Texts, l.AHead(), l.Most, l.Held), ""}
}

func checkRedis(ctx context.Context, a *app) []finding {
	if faults := a.needsRedis(); len(faults) > 0 {
		return asFindings("redis", faults)
	}
	options, err := redis.ParseURL(a.RedisURL)
	if err != nil {
		return []finding{{bad, "redis", "REDIS_URL is not a Redis address", "Write it as redis://:password@host:6379/0."}}
	}
	options.MaxRetries = -1
	client := redis.NewClient(options)
	defer client.Close()
	if err := client.Ping(ctx).Err(); err != nil {
		return []finding{{bad, "redis", "cannot be reached: " + reason(err), "Start Redis, and check host, port and password in REDIS_URL."}}
	}
	var policy *localredis.PolicyError
	if err := localredis.CheckPolicy(ctx, client); errors.As(err, &policy) {
		return []finding{{bad, "redis", "throws work away when its memory is full (maxmemory-policy " + policy.Policy + ")", "redis-cli CONFIG SET maxmemory-policy noeviction, and the same line in redis.conf."}}
	} else if err != nil {
		return []finding{{bad, "redis", "does not tell its policy: " + reason(err), "Allow INFO for this user."}}
	}
	return []finding{{fine, "redis", "answers, keeps what it is given", ""}}
}

// roomForHost is how long our host may be for a link to stay within the room that texts leave for one: 32 letters with /s/ and a token.
const roomForHost = 20

// checkWeb looks whether our own server answers at the public address.
func checkWeb(ctx context.Context, a *app) []finding {
	if faults := a.needsWeb(); len(faults) > 0 {
		return asFindings("web", faults)
	}
	u, err := url.Parse(a.PublicURL)
	if err != nil {
		return []finding{{bad, "web", "PUBLIC_URL is not a web address", "Write it as https://q.example.org."}}
	}
	var found []finding
	if len(u.Host) > roomForHost && !isLoopback(u.Hostname()) {
		found = append(found, finding{note, "web", fmt.Sprintf("the host of PUBLIC_URL has %d letters: texts with a link may need two segments", len(u.Host)), fmt.Sprintf("A host of %d letters or fewer is cheaper.", roomForHost)})
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(a.PublicURL, "/")+"/healthz", nil)
	if err != nil {
		return append(found, finding{bad, "web", "PUBLIC_URL is not a web address", "Write it as https://q.example.org."})
	}
	resp, err := http.DefaultClient.Do(req)
	const fix = "Is \"goodcatch serve\" running, does the proxy pass requests on to LISTEN_ADDR, and is its certificate valid?"
	if err != nil {
		return append(found, finding{bad, "web", "PUBLIC_URL does not answer: " + reason(err), fix})
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return append(found, finding{bad, "web", fmt.Sprintf("PUBLIC_URL/healthz answers %d", resp.StatusCode), fix})
	}
	return append(found, finding{fine, "web", "PUBLIC_URL answers", ""}, dateOf(resp))
}

// dateOf compares our clock with the one the proxy stamps its answers with.
func dateOf(resp *http.Response) finding {
	there, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return finding{unset, "clock", "the proxy does not tell its time", ""}
	}
	if apart := time.Since(there).Abs(); apart > time.Minute {
		return finding{bad, "clock", fmt.Sprintf("the proxy's clock and this machine's are %v apart", apart.Round(time.Second)), "Run a time service on both: Slack's signatures last five minutes."}
	}
	return finding{fine, "clock", "with the proxy's", ""}
}

// timedOut tells a provider that does not answer from one that refuses.
func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded)
}
