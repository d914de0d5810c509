package localredis

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func open(t *testing.T, url string, o Options) *Redis {
	t.Helper()
	r, err := Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func connect(t *testing.T, url string) *redis.Client {
	t.Helper()
	opt, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	opt.MaxRetries, opt.DialerRetries = -1, 1
	client := redis.NewClient(opt)
	t.Cleanup(func() { client.Close() })
	return client
}

// server is a real one, or a skip with the reason; a failure where CI promises one.
func server(t *testing.T) *Redis {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no redis-server is installed")
		}
		t.Skip("no redis-server is installed")
	}
	return open(t, "", Options{})
}

func TestEveryRungWorksAndAsksForItsPassword(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(*testing.T) *Redis{
		"server":     server,
		"in process": func(t *testing.T) *Redis { return open(t, "", Options{InProcess: true}) },
		"given":      func(t *testing.T) *Redis { return open(t, open(t, "", Options{InProcess: true}).URL, Options{}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			r := make(t)
			t.Logf("%s, ready after %v", r.Rung, time.Since(begin).Round(time.Millisecond))
			client := connect(t, r.URL)
			if err := client.Set(t.Context(), "k", "v", time.Minute).Err(); err != nil {
				t.Fatal(err)
			}
			if err := CheckPolicy(t.Context(), client); err != nil {
				t.Error(err)
			}
			stranger := redis.NewClient(&redis.Options{Addr: r.Addr})
			defer stranger.Close()
			if err := stranger.Get(t.Context(), "k").Err(); err == nil || !strings.Contains(err.Error(), "NOAUTH") {
				t.Errorf("without a password: %v", err)
			}
		})
	}
}

func TestKeysInProcessExpireByTheClock(t *testing.T) {
	t.Parallel()
	client := connect(t, open(t, "", Options{InProcess: true}).URL)
	if err := client.Set(t.Context(), "k", "v", 20*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for {
		err := client.Get(ctx, "k").Err()
		if errors.Is(err, redis.Nil) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestCloseEndsTheServerTwice(t *testing.T) {
	t.Parallel()
	r := server(t)
	client := connect(t, r.URL)
	for range 2 {
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.Ping(t.Context()).Err(); err == nil {
		t.Error("it still answers")
	}
}

func TestEvictingRedisIsRefusedWithTheFix(t *testing.T) {
	t.Parallel()
	client := connect(t, server(t).URL)
	for policy, want := range map[string]bool{"allkeys-lru": true, "volatile-ttl": true, "noeviction": false} {
		if err := client.ConfigSet(t.Context(), "maxmemory-policy", policy).Err(); err != nil {
			t.Fatal(err)
		}
		err := CheckPolicy(t.Context(), client)
		var refused *PolicyError
		if got := errors.As(err, &refused); got != want {
			t.Errorf("%s: got %v", policy, err)
		}
		if want && !strings.Contains(err.Error(), "CONFIG SET maxmemory-policy noeviction") {
			t.Errorf("no fix in %q", err)
		}
	}
}

func TestForbiddenConfigIsAskedByInfo(t *testing.T) {
	t.Parallel()
	r := server(t)
	admin := connect(t, r.URL)
	if err := admin.ConfigSet(t.Context(), "maxmemory-policy", "allkeys-lru").Err(); err != nil {
		t.Fatal(err)
	}
	if err := admin.Do(t.Context(), "ACL", "SETUSER", "tenant", "on", ">pw", "~*", "+@all", "-config").Err(); err != nil {
		t.Fatal(err)
	}
	tenant := redis.NewClient(&redis.Options{Addr: r.Addr, Username: "tenant", Password: "pw"})
	defer tenant.Close()
	var refused *PolicyError
	if err := CheckPolicy(t.Context(), tenant); !errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
}

func TestUnreachableRedisIsAnErrorWithoutThePassword(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"redis://:geheim@127.0.0.1:1/0", "redis://:geheim@[::/0", "geheim"} {
		_, err := Open(t.Context(), url, Options{})
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: got %v", url, err)
		}
	}
}
