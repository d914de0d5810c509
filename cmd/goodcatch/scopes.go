package main

// wantedScopes are the scopes that the app manifest asks for. Empty while the program ships none.
func wantedScopes() []string { return nil }
