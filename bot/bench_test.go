package bot_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"goodcatch/bot/bottest"
)

// BenchmarkReports64 takes in signed reports from 64 phones at a time, over HTTP, into PostgreSQL, all on this machine. The worker is
// not running: its deliveries are measured apart. Goal: 1,500 a second on two cores; reached as
// the median of ten runs, where no neighbour takes the processor.
func BenchmarkReports64(b *testing.B) {
	w := bottest.New(b, bottest.Settings{BotOnly: true, Connections: 16})
	var next, failed atomic.Int64
	if _, err := w.DB.Pool.Exec(b.Context(), `
		WITH joined AS (INSERT INTO people (name, unit, roles) SELECT 'Nurse ' || i, '4A', '{staff}' FROM generate_series(1, 64) AS g (i) RETURNING id)
		INSERT INTO addresses (person_id, channel, value, verified_at) SELECT id, 'sms', '+4477009' || (20000 + row_number() OVER ()), now() FROM joined`); err != nil {
		b.Fatal(err)
	}
	if _, err := w.DB.Pool.Exec(b.Context(), `UPDATE organisation SET version = version + 1`); err != nil {
		b.Fatal(err)
	}
	texts := make([][]byte, b.N) // signed by the provider, on its own machines
	for i := range texts {
		texts[i] = w.Wire(w.SignedText(fmt.Sprintf("+4477009%05d", 20001+i%64), "NM wrong strength heparin in drawer B"))
	}
	b.SetParallelism(32) // times GOMAXPROCS
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		line := w.Dial()
		for pb.Next() {
			if status, err := line.Post(texts[next.Add(1)-1]); err != nil || status != http.StatusOK {
				failed.Add(1)
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
	if n := failed.Load(); n > 0 {
		b.Fatalf("%d of %d reports were not taken", n, b.N)
	}
	var kept int
	if err := w.DB.Pool.QueryRow(context.Background(), `SELECT count(*) FROM records`).Scan(&kept); err != nil || kept < b.N {
		b.Fatalf("%d of %d reports are kept: %v", kept, b.N, err)
	}
}

// BenchmarkAnswer measures the time from a signed text's arrival to our request at the provider, when nothing else is going on. Goal:
// median under 100 ms.
func BenchmarkAnswer(b *testing.B) {
	w := bottest.New(b)
	client := &http.Client{}
	phone := w.Emulator.Phone("+447700900101")
	took := make([]time.Duration, 0, b.N)
	for b.Loop() {
		began := time.Now()
		if status, err := bottest.Post(client, w.SignedText(phone.Number(), "K7R?")); err != nil || status != http.StatusOK {
			b.Fatal(status, err)
		}
		if _, err := phone.Expect(b.Context()); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
		b.StopTimer()
		w.Settle()
		b.StartTimer()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
}
