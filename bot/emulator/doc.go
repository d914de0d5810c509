// Package emulator is a fake Twilio and a fake Slack over the real wire.
//
// The product talks to it with its ordinary client libraries, and it talks back with webhooks signed the way the two providers sign
// theirs, so that the demo and the tests run the code that production runs. It keeps to the providers' published rules and limits: a
// payload that Slack would refuse is refused here with Slack's error, and every such breach, and every call the emulator does not know,
// is kept as a [Violation] for the test to fail on.
//
// People are played through handles: a [Phone] texts and expects texts, a [SlackUser] writes direct messages, presses buttons by the
// words on them, fills modals by their labels. Nothing sleeps: Expect methods wait for what is to come, [Emulator.Settled] for what is
// under way. Faults are made with [Emulator.Fail].
//
// The package listens nowhere and knows nothing of the product beyond its webhook paths; it must never be reachable from a production
// configuration except as the target of TWILIO_API_URL and SLACK_API_URL.
//
// Paths served: /twilio/2010-04-01/… , /slack/api/METHOD, and below /slack/ the upload, file, response and socket URLs it hands out.
package emulator
