package slack

import (
	"bytes"
	_ "embed"
	"fmt"
	"net/url"
	"strings"
	"text/template"

	"github.com/goccy/go-yaml"
)

//go:embed manifest.yaml
var manifestText string

var manifestTemplate = template.Must(template.New("manifest").Parse(manifestText))

// Manifest is the app's manifest in YAML: for webhooks at a public address, or for Socket Mode, which needs none. A test holds it equal to
// what this package registers and calls.
func Manifest(publicURL string, socket bool) ([]byte, error) {
	address := strings.TrimSuffix(publicURL, "/")
	if u, err := url.Parse(address); !socket && (err != nil || u.Scheme != "https" || u.Host == "" || strings.ContainsAny(address, " \n\"'#")) {
		return nil, fmt.Errorf("slack manifest: Slack needs a public https address; PUBLIC_URL is %q", publicURL)
	}
	var out bytes.Buffer
	if err := manifestTemplate.Execute(&out, struct {
		URL    string
		Socket bool
	}{address, socket}); err != nil {
		return nil, fmt.Errorf("slack manifest: %w", err)
	}
	return out.Bytes(), nil
}

// ManifestJSON is Manifest in the form that apps.manifest.create takes.
func ManifestJSON(publicURL string, socket bool) ([]byte, error) {
	text, err := Manifest(publicURL, socket)
	if err != nil {
		return nil, err
	}
	return yaml.YAMLToJSON(text)
}
