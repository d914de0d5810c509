package main

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"goodcatch/store/seal"
)

// complete is a configuration without a fault.
func complete(t *testing.T) Settings {
	t.Helper()
	keys, err := seal.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	return Settings{
		DatabaseURL: "postgres://goodcatch:secret@db/goodcatch", RedisURL: "redis://:secret@redis:6379/0", ListenAddr: "127.0.0.1:8080", PublicURL: "https://q.example.org",
		SlackBotToken: "xoxb-1", SlackSigningSecret: "s", TwilioAccountSID: "AC" + strings.Repeat("0", 32), TwilioAuthToken: "t", TwilioFromNumber: "+15005550006",
		GoodcatchKeys: string(keys),
	}
}

func all(s *Settings) error {
	return s.require(s.needsDatabase, s.needsOwner, s.needsRedis, s.needsKeys, s.needsWeb, s.needsChannels)
}

func TestCompleteConfigurationHasNoFaults(t *testing.T) {
	t.Parallel()
	s := complete(t)
	if err := all(&s); err != nil {
		t.Error(err)
	}
}

func TestConfigFaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*Settings)
		want   []string // the settings named, in order
	}{
		"no database":               {func(s *Settings) { s.DatabaseURL = "" }, []string{"DATABASE_URL", "DATABASE_URL"}},
		"an owner of its own":       {func(s *Settings) { s.MigrateDatabaseURL = "postgres://o@db/x" }, nil},
		"no address of a database":  {func(s *Settings) { s.MigrateDatabaseURL = "postgres://%zz" }, []string{"MIGRATE_DATABASE_URL"}},
		"no redis":                  {func(s *Settings) { s.RedisURL = "" }, []string{"REDIS_URL"}},
		"http as redis":             {func(s *Settings) { s.RedisURL = "http://redis" }, []string{"REDIS_URL"}},
		"no keys":                   {func(s *Settings) { s.GoodcatchKeys = "" }, []string{"GOODCATCH_KEYS"}},
		"half a keyset":             {func(s *Settings) { s.GoodcatchKeys = s.GoodcatchKeys[:40] }, []string{"GOODCATCH_KEYS"}},
		"no keys in the folder":     {func(s *Settings) { s.GoodcatchKeys, s.DataDir = "", "/nonexistent" }, []string{"GOODCATCH_KEYS"}},
		"a port without host":       {func(s *Settings) { s.ListenAddr = "8080" }, []string{"LISTEN_ADDR"}},
		"no public address":         {func(s *Settings) { s.PublicURL = "" }, []string{"PUBLIC_URL"}},
		"a public address readable": {func(s *Settings) { s.PublicURL = "http://q.example.org" }, []string{"PUBLIC_URL"}},
		"loopback without TLS":      {func(s *Settings) { s.PublicURL = "http://127.0.0.1:8080" }, nil},
		"a public host only":        {func(s *Settings) { s.PublicURL = "q.example.org" }, []string{"PUBLIC_URL"}},
		"no channel": {func(s *Settings) {
			*s = Settings{DatabaseURL: s.DatabaseURL, RedisURL: s.RedisURL, ListenAddr: s.ListenAddr, PublicURL: s.PublicURL, GoodcatchKeys: s.GoodcatchKeys}
		}, []string{"SLACK_BOT_TOKEN, TWILIO_ACCOUNT_SID"}},
		"Slack only":               {func(s *Settings) { s.TwilioAccountSID, s.TwilioAuthToken, s.TwilioFromNumber = "", "", "" }, nil},
		"Twilio only":              {func(s *Settings) { s.SlackBotToken, s.SlackSigningSecret = "", "" }, nil},
		"Slack by socket":          {func(s *Settings) { s.SlackAppToken, s.SlackSigningSecret = "xapp-1", "" }, nil},
		"Slack unsigned":           {func(s *Settings) { s.SlackSigningSecret = "" }, []string{"SLACK_SIGNING_SECRET"}},
		"tokens mixed up":          {func(s *Settings) { s.SlackBotToken, s.SlackAppToken = "xapp-1", "xoxb-1" }, []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}},
		"half of Twilio":           {func(s *Settings) { s.TwilioAuthToken, s.TwilioFromNumber = "", "07700" }, []string{"TWILIO_AUTH_TOKEN", "TWILIO_FROM_NUMBER"}},
		"a token while rotating":   {func(s *Settings) { s.TwilioAuthToken = "new,old" }, nil},
		"a token lost in rotation": {func(s *Settings) { s.TwilioAuthToken = "new," }, []string{"TWILIO_AUTH_TOKEN"}},
		"half an API key":          {func(s *Settings) { s.TwilioAPIKeySecret = "x" }, []string{"TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET"}},
		"a service of another kind": {func(s *Settings) { s.TwilioMessagingServiceSID = "SM0" }, []string{
			"TWILIO_MESSAGING_SERVICE_SID"}},
		"emulators without scheme": {func(s *Settings) { s.SlackAPIURL, s.TwilioAPIURL = "localhost:1", "localhost:1" }, []string{"SLACK_API_URL", "TWILIO_API_URL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := complete(t)
			tc.change(&s)
			var faults configFaults
			if err := all(&s); err != nil && !errors.As(err, &faults) {
				t.Fatalf("not faults: %v", err)
			}
			var got []string
			for _, f := range faults {
				if got = append(got, f.setting); f.fix == "" || f.problem == "" {
					t.Errorf("%s: no problem or no fix", f.setting)
				}
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if strings.Contains(faults.Error(), "secret") {
				t.Error("a password shows")
			}
		})
	}
}

func TestEverySettingHasAnEnvironmentVariable(t *testing.T) {
	t.Parallel()
	want := []string{
		"CANARY_EVERY", "CANARY_PHONE", "DATABASE_URL", "GOODCATCH_DATA_DIR", "GOODCATCH_KEYS", "GOODCATCH_LOG_FORMAT", "GOODCATCH_LOG_LEVEL", "HEARTBEAT_URL", "LISTEN_ADDR", "METRICS_TOKEN", "MIGRATE_DATABASE_URL", "PUBLIC_URL", "REDIS_URL",
		"SLACK_API_URL", "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "TWILIO_ACCOUNT_SID", "TWILIO_API_KEY_SECRET", "TWILIO_API_KEY_SID", "TWILIO_API_URL",
		"TWILIO_AUTH_TOKEN", "TWILIO_FROM_NUMBER", "TWILIO_MESSAGING_SERVICE_SID",
	}
	if got := slices.Sorted(maps.Keys(settingFlags(t))); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
