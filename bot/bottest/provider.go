package bottest

import (
	"regexp"
	"time"

	"goodcatch/domain"
)

// The steps of stories about providers:
//
//	the operator switches sms off for 2h
//	the operator switches sms on
var switches = regexp.MustCompile(`^the operator switches (\w+) (on|off)(?: for (\w+))?$`)

// provider does a step about providers; done is false when the line is none.
func (s *Story) provider(line string) (done bool, err error) {
	m := switches.FindStringSubmatch(line)
	if m == nil {
		return false, nil
	}
	var cmd domain.Command = domain.SwitchProviderOn{Channel: domain.Channel(m[1])}
	if m[2] == "off" {
		length, err := time.ParseDuration(m[3])
		if err != nil {
			return true, err
		}
		cmd = domain.SwitchProviderOff{Channel: domain.Channel(m[1]), For: length, Why: "maintenance"}
	}
	_, err = s.w.DB.Do(s.w.TB.Context(), operator, cmd)
	return true, err
}
