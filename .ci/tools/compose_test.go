// Package tools holds what checks the repository and is no part of the product: its own module, so that
// the product does not depend on linters.
package tools

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// project loads docker-compose.yml as "docker compose config" does, schema and references included.
func project(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"../../docker-compose.yml"}, cli.WithProfiles([]string{"*"}))
	if err != nil {
		t.Fatal(err)
	}
	p, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestComposeHasTheServicesOfTheDesign(t *testing.T) {
	t.Parallel()
	p := project(t)
	got := slices.Sorted(maps.Keys(p.Services))
	if want := []string{"bot", "keys", "migrate", "postgres", "redis", "worker"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for name, want := range map[string]string{"bot": "serve --role=bot", "worker": "serve --role=worker", "migrate": "migrate"} {
		if got := strings.Join(p.Services[name].Command, " "); got != want {
			t.Errorf("%s runs %q, want %q", name, got, want)
		}
	}
}

func TestOnlyTheBotIsReachableAndOnlyFromThisMachine(t *testing.T) {
	t.Parallel()
	for name, s := range project(t).Services {
		for _, port := range s.Ports {
			if name != "bot" || port.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes %s on %q", name, port.Published, port.HostIP)
			}
		}
	}
}

func TestRedisKeepsItsWorkAndAsksForAPassword(t *testing.T) {
	t.Parallel()
	command := strings.Join(project(t).Services["redis"].Command, "\n")
	for _, want := range []string{"appendonly yes", "maxmemory-policy noeviction", "requirepass $"} {
		if !strings.Contains(command, want) {
			t.Errorf("lacks %q:\n%s", want, command)
		}
	}
}

func TestProgramWaitsForDatabaseAndMigration(t *testing.T) {
	t.Parallel()
	p := project(t)
	for _, name := range []string{"bot", "worker"} {
		for other, want := range map[string]string{"postgres": "service_healthy", "redis": "service_healthy", "migrate": "service_completed_successfully"} {
			if got := p.Services[name].DependsOn[other].Condition; got != want {
				t.Errorf("%s waits for %s: %q, want %q", name, other, got, want)
			}
		}
	}
	for _, name := range []string{"postgres", "redis"} {
		if p.Services[name].HealthCheck == nil {
			t.Errorf("%s has no health check", name)
		}
		if len(p.Services[name].Volumes) != 1 {
			t.Errorf("%s does not keep its data", name)
		}
	}
}

// contract lists the environment names that serve reads; each may also be given as NAME_FILE.
const contract = `DATABASE_URL MIGRATE_DATABASE_URL REDIS_URL LISTEN_ADDR PUBLIC_URL
	SLACK_BOT_TOKEN SLACK_SIGNING_SECRET SLACK_APP_TOKEN SLACK_API_URL
	TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_API_KEY_SID TWILIO_API_KEY_SECRET TWILIO_FROM_NUMBER
	TWILIO_MESSAGING_SERVICE_SID TWILIO_API_URL GOODCATCH_KEYS GOODCATCH_DATA_DIR OTEL_EXPORTER_OTLP_ENDPOINT`

func TestSecretsComeFromFilesUnderNamesTheProgramReads(t *testing.T) {
	t.Parallel()
	p := project(t)
	names := strings.Fields(contract)
	for _, service := range []string{"bot", "worker", "migrate"} {
		s := p.Services[service]
		for key, value := range s.Environment {
			name, isFile := strings.CutSuffix(key, "_FILE")
			if !slices.Contains(names, name) {
				t.Errorf("%s: the program does not read %s", service, key)
			}
			if secret := strings.Contains(name, "TOKEN") || strings.Contains(name, "SECRET") || strings.HasSuffix(name, "_KEYS") || strings.HasPrefix(name, "DATABASE") || strings.HasPrefix(name, "REDIS"); secret && !isFile {
				t.Errorf("%s: %s stands in the environment", service, key)
			}
			if isFile && !slices.ContainsFunc(s.Secrets, func(c types.ServiceSecretConfig) bool { return "/run/secrets/"+c.Source == *value }) {
				t.Errorf("%s: %s names %s, which is no secret of it", service, key, *value)
			}
		}
		if !s.ReadOnly || !slices.Contains(s.CapDrop, "ALL") {
			t.Errorf("%s may do more than it needs", service)
		}
	}
}

func TestImageIsStaticAndRunsAsAnOrdinaryUser(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CGO_ENABLED=0", "\nUSER 65532", ":nonroot\n", `ENTRYPOINT ["/goodcatch"]`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the Dockerfile lacks %q", want)
		}
	}
}
