package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

type healthCmd struct{}

// Help is shown by goodcatch health --help.
func (healthCmd) Help() string {
	return `For the health check of a container, which has no other program to ask with. Ends with 1 unless /readyz on LISTEN_ADDR answers 200.

  HEALTHCHECK CMD ["/goodcatch", "health"]`
}

// Run asks the server on this machine whether it is ready.
func (healthCmd) Run(ctx context.Context, a *app) error {
	host, port, err := net.SplitHostPort(a.ListenAddr)
	if err != nil {
		return fault("LISTEN_ADDR", "is not host:port.", "Write it as 127.0.0.1:8080.")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("not ready: %s", reason(err))
	}
	defer res.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(res.Body, 200))
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %d %s", res.StatusCode, said)
	}
	a.printf("ready\n")
	return nil
}
