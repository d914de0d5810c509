package localredis

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// A PolicyError says that a Redis throws keys away when its memory is full. asynq then loses queued work
// without any error: with allkeys-lru at 30 MB, 60,000 enqueues were accepted, some 5,000 tasks and the
// queue itself were gone.
type PolicyError struct{ Policy string }

func (e *PolicyError) Error() string {
	return fmt.Sprintf("Redis has maxmemory-policy %s and would silently lose queued work; set noeviction: redis-cli CONFIG SET maxmemory-policy noeviction, and the same line in redis.conf (or the parameter group of a managed Redis)", e.Policy)
}

// CheckPolicy refuses a Redis whose maxmemory-policy is not noeviction, with a *PolicyError. Servers that
// do not tell, because they are managed or inside this process, are taken as they are; any other error is
// that of reaching the server.
func CheckPolicy(ctx context.Context, client redis.UniversalClient) error {
	policy, err := policyOf(ctx, client)
	if err != nil {
		return fmt.Errorf("ask Redis for its maxmemory-policy: %w", err)
	}
	if policy != "" && policy != "noeviction" {
		return &PolicyError{policy}
	}
	return nil
}

// policyOf asks by CONFIG and, where that is forbidden, by INFO; empty when neither tells.
func policyOf(ctx context.Context, client redis.UniversalClient) (string, error) {
	set, err := client.ConfigGet(ctx, "maxmemory-policy").Result()
	if err == nil {
		return set["maxmemory-policy"], nil
	}
	if !answered(err) {
		return "", err
	}
	text, err := client.Info(ctx, "memory").Result()
	if err != nil {
		if answered(err) {
			return "", nil
		}
		return "", err
	}
	for line := range strings.Lines(text) {
		if policy, ok := strings.CutPrefix(strings.TrimSpace(line), "maxmemory_policy:"); ok {
			return policy, nil
		}
	}
	return "", nil
}

// answered tells a refusal by the server (an unknown or forbidden command) from no answer at all.
func answered(err error) bool {
	_, ok := err.(redis.Error)
	if !ok {
		return false
	}
	text := strings.ToLower(err.Error())
	return strings.Contains(text, "unknown") || strings.Contains(text, "noperm") || strings.Contains(text, "no permissions") || strings.Contains(text, "not supported")
}
