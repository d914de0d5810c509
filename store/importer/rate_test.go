package importer_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

func TestRatesOfTheProviderAreTakenAndBounded(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	file := func(settings string) fstest.MapFS {
		return fstest.MapFS{"organisation.yaml": {Data: []byte("name: House\nemergency_number: \"2222\"\nsettings:\n" + settings)}}
	}
	options := importer.Options{Languages: []string{"en"}}
	if _, err := importer.Import(t.Context(), db, file("  texts_per_second: 10\n  calls_per_second: 2\n"), options, false); err != nil {
		t.Fatal(err)
	}
	org, err := db.Organisation(t.Context())
	if err != nil || org.Settings.TextRate() != 10 || org.Settings.CallsPerSecond != 2 {
		t.Errorf("%+v %v", org.Settings, err)
	}
	for _, bad := range []string{"  texts_per_second: 0\n", "  calls_per_second: 5000\n"} {
		if _, err := importer.Import(t.Context(), db, file(bad), options, false); err == nil || !strings.Contains(err.Error(), "is 1 to 1000") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
