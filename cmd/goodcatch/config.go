package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/redis/go-redis/v9"

	"goodcatch/store"
	"goodcatch/store/seal"
)

// Settings are what the environment says. Nothing is required by itself: each subcommand requires what it uses, see require.
type Settings struct {
	DatabaseURL        string `name:"database-url" env:"DATABASE_URL" placeholder:"URL" group:"settings" help:"PostgreSQL, the record: postgres://user:password@host/goodcatch."`
	MigrateDatabaseURL string `name:"migrate-database-url" env:"MIGRATE_DATABASE_URL" placeholder:"URL" group:"settings" help:"The same database as its owner, for migrate. Default: DATABASE_URL."`
	RedisURL           string `name:"redis-url" env:"REDIS_URL" placeholder:"URL" group:"settings" help:"Redis with maxmemory-policy noeviction: redis://:password@host:6379/0."`
	ListenAddr         string `name:"listen-addr" env:"LISTEN_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" group:"settings" help:"Where the web server listens."`
	PublicURL          string `name:"public-url" env:"PUBLIC_URL" placeholder:"URL" group:"settings" help:"How providers and people reach that server: https://q.example.org."`

	SlackBotToken      string `name:"slack-bot-token" env:"SLACK_BOT_TOKEN" placeholder:"xoxb-…" group:"settings" help:"Slack app: OAuth & Permissions, Bot User OAuth Token."`
	SlackSigningSecret string `name:"slack-signing-secret" env:"SLACK_SIGNING_SECRET" placeholder:"SECRET" group:"settings" help:"Slack app: Basic Information, Signing Secret."`
	SlackAppToken      string `name:"slack-app-token" env:"SLACK_APP_TOKEN" placeholder:"xapp-…" group:"settings" help:"Slack app: App-Level Token with connections:write. Given: Socket Mode."`
	SlackAPIURL        string `name:"slack-api-url" env:"SLACK_API_URL" placeholder:"URL" group:"settings" help:"Instead of https://slack.com/api/, for an emulator."`

	TwilioAccountSID          string `name:"twilio-account-sid" env:"TWILIO_ACCOUNT_SID" placeholder:"AC…" group:"settings" help:"Twilio account."`
	TwilioAuthToken           string `name:"twilio-auth-token" env:"TWILIO_AUTH_TOKEN" placeholder:"TOKEN" group:"settings" help:"Its auth token, which signs webhooks. While rotating: both, with a comma."`
	TwilioAPIKeySID           string `name:"twilio-api-key-sid" env:"TWILIO_API_KEY_SID" placeholder:"SK…" group:"settings" help:"API key for calls; otherwise the auth token is used."`
	TwilioAPIKeySecret        string `name:"twilio-api-key-secret" env:"TWILIO_API_KEY_SECRET" placeholder:"SECRET" group:"settings" help:"Secret of the API key."`
	TwilioFromNumber          string `name:"twilio-from-number" env:"TWILIO_FROM_NUMBER" placeholder:"+…" group:"settings" help:"Our number."`
	TwilioMessagingServiceSID string `name:"twilio-messaging-service-sid" env:"TWILIO_MESSAGING_SERVICE_SID" placeholder:"MG…" group:"settings" help:"Messaging service to send with."`
	TwilioAPIURL              string `name:"twilio-api-url" env:"TWILIO_API_URL" placeholder:"URL" group:"settings" help:"Instead of https://api.twilio.com, for an emulator."`

	GoodcatchKeys string `name:"goodcatch-keys" env:"GOODCATCH_KEYS" placeholder:"KEYSET" group:"settings" help:"What \"goodcatch keys new\" printed. Better as GOODCATCH_KEYS_FILE."`
	DataDir       string `name:"goodcatch-data-dir" env:"GOODCATCH_DATA_DIR" placeholder:"DIR" group:"settings" help:"Where keys.json is kept when GOODCATCH_KEYS is not set."`

	MetricsToken string `name:"metrics-token" env:"METRICS_TOKEN" placeholder:"TOKEN" group:"settings" help:"Lets /metrics be read from elsewhere: Authorization: Bearer TOKEN. Default: from this machine only."`

	HeartbeatURL string        `name:"heartbeat-url" env:"HEARTBEAT_URL" placeholder:"URL" group:"settings" help:"Read once a minute while all is well: an address of a service that calls you when that ends."`
	CanaryPhone  string        `name:"canary-phone" env:"CANARY_PHONE" placeholder:"+…" group:"settings" help:"A test phone that gets a text now and then, to see that texts arrive."`
	CanaryEvery  time.Duration `name:"canary-every" env:"CANARY_EVERY" default:"1h" placeholder:"1h" group:"settings" help:"How often; each text costs one segment."`

	LogFormat string `name:"log-format" env:"GOODCATCH_LOG_FORMAT" enum:"auto,json,text" default:"auto" group:"settings" help:"json, text, or auto: text on a terminal."`
	LogLevel  string `name:"log-level" env:"GOODCATCH_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" group:"settings" help:"debug, info, warn or error."`

	unread configFaults // of the files that NAME_FILE names
}

// A configFault is one thing wrong with the configuration, and how to put it right.
type configFault struct{ setting, problem, fix string }

func (f configFault) String() string {
	return fmt.Sprintf("%s %s\n    %s", f.setting, f.problem, f.fix)
}

// configFaults are all of them. They never hold a value that may be secret.
type configFaults []configFault

func (f configFaults) Error() string {
	lines := []string{"goodcatch: the configuration has faults:"}
	for _, fault := range f {
		lines = append(lines, "  "+fault.String())
	}
	return strings.Join(lines, "\n")
}

// require runs checks and returns every fault of all of them, and of the files that settings are in, as one error.
func (s *Settings) require(checks ...func() configFaults) error {
	all := slices.Clone(s.unread)
	for _, check := range checks {
		all = append(all, check()...)
	}
	if len(all) > 0 {
		return all
	}
	return nil
}

func fault(setting, problem, fix string) configFaults {
	return configFaults{{setting, problem, fix}}
}

func (s *Settings) needsDatabase() configFaults { return postgresFaults("DATABASE_URL", s.DatabaseURL) }

// needsOwner requires a database to migrate.
func (s *Settings) needsOwner() configFaults {
	if s.MigrateDatabaseURL != "" {
		return postgresFaults("MIGRATE_DATABASE_URL", s.MigrateDatabaseURL)
	}
	return s.needsDatabase()
}

func postgresFaults(name, value string) configFaults {
	const form = "postgres://user:password@host:5432/goodcatch"
	if value == "" {
		return fault(name, "is not set: the PostgreSQL database of the record.", "Set it to "+form+", or "+name+"_FILE to a file that holds it.")
	}
	if _, err := pgx.ParseConfig(value); err != nil { // may quote the password
		return fault(name, "is not a PostgreSQL address.", "Write it as "+form+"; percent-encode @ : / in the password.")
	}
	return nil
}

func (s *Settings) needsRedis() configFaults {
	if s.RedisURL == "" {
		return fault("REDIS_URL", "is not set: the queue between bot and worker.", "Set it to redis://:password@host:6379/0.")
	}
	if _, err := redis.ParseURL(s.RedisURL); err != nil {
		return fault("REDIS_URL", "is not a Redis address.", "Write it as redis://:password@host:6379/0, or rediss:// for TLS.")
	}
	return nil
}

func (s *Settings) needsKeys() configFaults {
	text, from, err := s.keyset()
	if errors.Is(err, fs.ErrNotExist) {
		return fault("GOODCATCH_KEYS", "is not set: without keys nothing that people write can be sealed.",
			"Run \"goodcatch keys new > keys.json\", keep a copy elsewhere, and set GOODCATCH_KEYS_FILE to the file.")
	}
	if err != nil {
		return fault(from, "cannot be read: "+err.Error()+".", "Make it readable for this user.")
	}
	if _, err := seal.Parse(text); err != nil {
		return fault(from, "holds no keyset.", "Put in what \"goodcatch keys new\" printed, whole.")
	}
	return nil
}

const keysFile = "keys.json"

// keyset returns the installation's keyset and the setting or file it came from; fs.ErrNotExist when there is none.
func (s *Settings) keyset() (text []byte, from string, err error) {
	if s.GoodcatchKeys != "" {
		return []byte(s.GoodcatchKeys), "GOODCATCH_KEYS", nil
	}
	if s.DataDir == "" {
		return nil, "GOODCATCH_KEYS", fs.ErrNotExist
	}
	file := filepath.Join(s.DataDir, keysFile)
	text, err = os.ReadFile(file)
	return text, file, err
}

// keys returns the parsed keyset. Call it after needsKeys found no fault.
func (s *Settings) keys() (*seal.Keys, error) {
	text, _, err := s.keyset()
	if err != nil {
		return nil, err
	}
	return seal.Parse(text)
}

// open opens the store with the keys, and looks whether the database is there and migrated. Call it after needsDatabase and needsKeys
// found no fault.
func (a *app) open(ctx context.Context) (*store.DB, error) {
	keys, err := a.keys()
	if err != nil {
		return nil, err
	}
	return a.openWith(ctx, store.Options{Keys: keys, Log: a.log})
}

// openNeeded opens the store for a command that needs nothing but database and keys, or says what is wrong with their settings.
func (a *app) openNeeded(ctx context.Context) (*store.DB, error) {
	if err := a.require(a.needsDatabase, a.needsKeys); err != nil {
		return nil, err
	}
	return a.open(ctx)
}

// openWith is open with other options: without keys for what reads nothing that is sealed.
func (a *app) openWith(ctx context.Context, o store.Options) (*store.DB, error) {
	db, err := store.Open(ctx, a.DatabaseURL, o)
	if err != nil {
		return nil, err
	}
	if _, err := db.Organisation(ctx); err != nil {
		db.Close()
		var refused *pgconn.PgError
		if errors.As(err, &refused) && (refused.Code == "42P01" || refused.Code == "22023") { // no table, no role
			return nil, errors.New("the database has no schema of goodcatch. Run \"goodcatch migrate\" first")
		}
		return nil, fmt.Errorf("the database cannot be used (%s). Run \"goodcatch doctor\"", reason(err))
	}
	return db, nil
}

func (s *Settings) needsWeb() (faults configFaults) {
	if _, _, err := net.SplitHostPort(s.ListenAddr); err != nil {
		faults = append(faults, configFault{"LISTEN_ADDR", "is not host:port.", "Write it as 127.0.0.1:8080, or 0.0.0.0:8080 behind a proxy of another machine."})
	}
	const fix = "Set it to the address of your TLS proxy, like https://q.example.org: signatures are checked against it and links begin with it."
	if s.PublicURL == "" {
		return append(faults, configFault{"PUBLIC_URL", "is not set.", fix})
	}
	u, err := url.Parse(s.PublicURL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		faults = append(faults, configFault{"PUBLIC_URL", "is not a web address.", fix})
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		faults = append(faults, configFault{"PUBLIC_URL", "is not https: what people write would travel readable.", fix})
	}
	return faults
}

// needsWatch checks what tells the world and the test phone that we live. Both are optional.
func (s *Settings) needsWatch() (faults configFaults) {
	if u, err := url.Parse(s.HeartbeatURL); s.HeartbeatURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		faults = append(faults, configFault{"HEARTBEAT_URL", "is not a web address.", "Write the address your monitoring service gave you, like https://hc.example.org/ping/…, or leave it out."})
	}
	if s.CanaryPhone != "" && !e164.MatchString(s.CanaryPhone) {
		faults = append(faults, configFault{"CANARY_PHONE", "is not a number in international form.", "Write it as +447700900777, or leave it out."})
	}
	if s.CanaryEvery < time.Minute {
		faults = append(faults, configFault{"CANARY_EVERY", "is shorter than a minute.", "An hour is 1h, a quarter of one 15m."})
	}
	return faults
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// hasSlack and hasTwilio report whether anything of a provider is set.
func (s *Settings) hasSlack() bool {
	return s.SlackBotToken+s.SlackSigningSecret+s.SlackAppToken != ""
}

func (s *Settings) hasTwilio() bool {
	return s.TwilioAccountSID+s.TwilioAuthToken+s.TwilioAPIKeySID+s.TwilioAPIKeySecret+s.TwilioFromNumber+s.TwilioMessagingServiceSID != ""
}

// needsChannels requires one provider at least, whole.
func (s *Settings) needsChannels() configFaults {
	if !s.hasSlack() && !s.hasTwilio() {
		return fault("SLACK_BOT_TOKEN, TWILIO_ACCOUNT_SID", "are both not set: people could reach goodcatch by web form only.", "Set up Slack, SMS or both: see README.md. To try without accounts run \"goodcatch demo\".")
	}
	return slices.Concat(s.slackFaults(), s.twilioFaults())
}

func (s *Settings) slackFaults() (faults configFaults) {
	if !s.hasSlack() {
		return nil
	}
	add := func(setting, problem, fix string) {
		faults = append(faults, configFault{setting, problem, fix})
	}
	if !strings.HasPrefix(s.SlackBotToken, "xoxb-") && !strings.HasPrefix(s.SlackBotToken, "xoxe.xoxb-") {
		add("SLACK_BOT_TOKEN", "is missing or does not begin with xoxb-.", "Take it from api.slack.com/apps: OAuth & Permissions, Bot User OAuth Token.")
	}
	if s.SlackSigningSecret == "" && s.SlackAppToken == "" {
		add("SLACK_SIGNING_SECRET", "is not set, nor is SLACK_APP_TOKEN: nobody could tell Slack's requests from forged ones.", "Take it from Basic Information, Signing Secret; or set SLACK_APP_TOKEN for Socket Mode.")
	}
	if s.SlackAppToken != "" && !strings.HasPrefix(s.SlackAppToken, "xapp-") {
		add("SLACK_APP_TOKEN", "does not begin with xapp-.", "Make one under Basic Information, App-Level Tokens, with connections:write.")
	}
	return append(faults, overrideFaults("SLACK_API_URL", s.SlackAPIURL)...)
}

var (
	accountSID = regexp.MustCompile(`^AC[0-9a-f]{32}$`)
	keySID     = regexp.MustCompile(`^SK[0-9a-f]{32}$`)
	serviceSID = regexp.MustCompile(`^MG[0-9a-f]{32}$`)
	e164       = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
)

func (s *Settings) twilioFaults() (faults configFaults) {
	if !s.hasTwilio() {
		return nil
	}
	add := func(setting, problem, fix string) {
		faults = append(faults, configFault{setting, problem, fix})
	}
	if !accountSID.MatchString(s.TwilioAccountSID) {
		add("TWILIO_ACCOUNT_SID", "is missing or not AC and 32 hexadecimal digits.", "Take it from console.twilio.com, Account Info.")
	}
	if slices.Contains(strings.Split(s.TwilioAuthToken, ","), "") {
		add("TWILIO_AUTH_TOKEN", "is not set, or has an empty place between commas: webhooks are signed with it.", "Take it from console.twilio.com, Account Info. While rotating: new,old.")
	}
	if !e164.MatchString(s.TwilioFromNumber) {
		add("TWILIO_FROM_NUMBER", "is missing or not an international number.", "Write our number like +15005550006.")
	}
	if (s.TwilioAPIKeySID == "") != (s.TwilioAPIKeySecret == "") || s.TwilioAPIKeySID != "" && !keySID.MatchString(s.TwilioAPIKeySID) {
		add("TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET", "belong together, and the first is SK and 32 hexadecimal digits.", "Set both from console.twilio.com, API keys; or neither.")
	}
	if s.TwilioMessagingServiceSID != "" && !serviceSID.MatchString(s.TwilioMessagingServiceSID) {
		add("TWILIO_MESSAGING_SERVICE_SID", "is not MG and 32 hexadecimal digits.", "Take it from console.twilio.com, Messaging, Services; or leave it out.")
	}
	return append(faults, overrideFaults("TWILIO_API_URL", s.TwilioAPIURL)...)
}

func overrideFaults(setting, value string) configFaults {
	if value == "" {
		return nil
	}
	if u, err := url.Parse(value); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fault(setting, "is not a web address.", "Leave it out, except to talk to an emulator.")
	}
	return nil
}

// secretFiles reads NAME_FILE for each setting with an environment variable NAME. It collects what is wrong instead of stopping.
type secretFiles struct {
	lookup func(string) (string, bool)
	faults configFaults
}

// Validate is part of kong's resolver.
func (*secretFiles) Validate(*kong.Application) error { return nil }

// Resolve returns the content of the file, or nil to leave the setting as it is.
func (f *secretFiles) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		file, _ := f.lookup(name + "_FILE")
		if file == "" {
			continue
		}
		if value, _ := f.lookup(name); value != "" {
			f.add(configFault{name, "and " + name + "_FILE are both set.", "Keep one."})
			return nil, nil
		}
		text, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			f.add(configFault{name + "_FILE", "cannot be read: " + err.Error() + ".", "Make the file and let this user read it."})
			return nil, nil
		}
		if value := strings.TrimSpace(string(text)); value != "" {
			return value, nil
		}
	}
	return nil, nil
}

// add notes a fault once: kong asks for the flags of every level of the command.
func (f *secretFiles) add(fault configFault) {
	if !slices.Contains(f.faults, fault) {
		f.faults = append(f.faults, fault)
	}
}
