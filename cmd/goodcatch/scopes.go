package main

import (
	"fmt"

	"github.com/goccy/go-yaml"

	"goodcatch/bot/slack"
)

// wantedScopes are the scopes that the app manifest asks for.
func wantedScopes() ([]string, error) {
	text, err := slack.Manifest("https://example.org", false)
	if err != nil {
		return nil, err
	}
	var manifest struct {
		OAuth struct {
			Scopes struct {
				Bot []string `yaml:"bot"`
			} `yaml:"scopes"`
		} `yaml:"oauth_config"`
	}
	if err := yaml.Unmarshal(text, &manifest); err != nil {
		return nil, fmt.Errorf("scopes of the manifest: %w", err)
	}
	return manifest.OAuth.Scopes.Bot, nil
}
