package importer_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"goodcatch/domain"
	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

func TestRetentionIsReadAndWhatIsNotNamedStays(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	with := func(retention string) fstest.MapFS {
		return fstest.MapFS{"organisation.yaml": file("name: Practice\nemergency_number: \"112\"\nsettings:\n  retention: {" + retention + "}\n")}
	}
	imported(t, db, small(nil), false)
	imported(t, db, with("sent_texts: 7d, codes: 90d"), false)
	imported(t, db, with("sent_texts: 14d"), false)
	const day = 24 * time.Hour
	if got, want := organisation(t, db).Settings.Retention, (domain.Retention{SentTexts: 14 * day, Codes: 90 * day}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	imported(t, db, with("at_provider: 1h"), false)
	if got := organisation(t, db).Settings.Retention.AtProvider; got != time.Hour {
		t.Errorf("at the provider: got %v, want an hour", got)
	}
	for _, wrong := range []string{"at_provider: 59m", "failed_inbound: 31d", "sent_texts: 1h", "codes: 0s", "hidden_channel: 20y", "for_ever: true"} {
		if _, err := importer.Read(with(wrong), empty(), spoken); err == nil || !strings.Contains(err.Error(), "organisation.yaml:4") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
