package jobs

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"

	"goodcatch/domain"
	"goodcatch/store"
)

// Limits bound what goes out of each channel in a second, whatever the number of workers. What one person is sent is bounded by
// domain.Burden.
type Limits struct {
	PerSecond map[domain.Channel]int
}

// DefaultLimits: a Twilio pool or short code, one call a second, and Slack's burst tolerance; one account's real rate belongs into the
// settings of organisation.yaml, which count before these.
func DefaultLimits() *Limits {
	return &Limits{
		PerSecond: map[domain.Channel]int{domain.SMS: domain.DefaultTextsPerSecond, domain.Slack: 50, domain.Voice: domain.DefaultCallsPerSecond},
	}
}

// A Limiter is shared by all workers through Redis; when Redis is away each process counts for itself.
type Limiter struct {
	limits *Limits
	redis  *redis_rate.Limiter

	mu    sync.Mutex
	local map[string]bucket
	rests time.Time // until then Redis is not asked
}

type bucket struct {
	used  int
	until time.Time
}

// NewLimiter returns a limiter; nil limits are the defaults, nil redis counts locally.
func NewLimiter(client redis.UniversalClient, limits *Limits) *Limiter {
	if limits == nil {
		limits = DefaultLimits()
	}
	l := &Limiter{limits: limits, local: map[string]bucket{}}
	if client != nil {
		l.redis = redis_rate.NewLimiter(client)
	}
	return l
}

// Take asks for leave to send now. It returns 0, or how long to wait.
func (l *Limiter) Take(ctx context.Context, d store.Delivery) time.Duration {
	return l.take(ctx, "out:"+string(d.Channel), redis_rate.PerSecond(cmp.Or(d.PerSecond, l.limits.PerSecond[d.Channel])))
}

func (l *Limiter) take(ctx context.Context, key string, limit redis_rate.Limit) time.Duration {
	if limit.Rate <= 0 {
		return 0
	}
	if l.redis != nil && l.awake() {
		short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		defer cancel()
		res, err := l.redis.Allow(short, "goodcatch:"+key, limit)
		if err == nil {
			return max(res.RetryAfter, 0)
		}
		l.rest()
	}
	return l.takeLocal(key, limit)
}

// awake reports whether Redis is to be asked: one that did not answer is left alone for a while.
func (l *Limiter) awake() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().After(l.rests)
}

func (l *Limiter) rest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rests = time.Now().Add(restOfRedis)
}

func (l *Limiter) takeLocal(key string, limit redis_rate.Limit) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	b := l.local[key]
	if now.After(b.until) {
		b = bucket{until: now.Add(limit.Period)}
	}
	if b.used >= limit.Rate {
		return time.Until(b.until)
	}
	b.used++
	l.local[key] = b
	return 0
}
