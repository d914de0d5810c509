package main

import "goodcatch/bot/slack"

type slackCmd struct {
	Manifest slackManifestCmd `cmd:"" help:"Print the manifest from which Slack makes the app."`
}

type slackManifestCmd struct {
	Socket bool `help:"For Socket Mode, which needs no public address. Default when SLACK_APP_TOKEN is set."`
}

// Help is shown by goodcatch slack manifest --help.
func (slackManifestCmd) Help() string {
	return `Open https://api.slack.com/apps, choose "Create New App", "From a manifest", and paste what this prints. Then install the app and copy
its Bot User OAuth Token (SLACK_BOT_TOKEN) and its Signing Secret (SLACK_SIGNING_SECRET); for Socket Mode make an App-Level Token with
connections:write (SLACK_APP_TOKEN).

  PUBLIC_URL=https://q.example.org goodcatch slack manifest
  goodcatch slack manifest --socket`
}

// Run prints the manifest.
func (c slackManifestCmd) Run(a *app) error {
	text, err := slack.Manifest(a.PublicURL, c.Socket || a.SlackAppToken != "")
	if err != nil {
		return fault("PUBLIC_URL", "is no public https address, which Slack needs for webhooks.", "Set it, or print the manifest for Socket Mode: goodcatch slack manifest --socket")
	}
	a.printf("%s", text)
	return nil
}
