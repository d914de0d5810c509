package importer_test

import (
	"testing"
	"time"

	"goodcatch/domain"
	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

func TestTheBusinessImpactTableIsImportedWholeAndOnce(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	const header = "code,name,unit,owner,rto,mtpd,staff,owner_unit,needs\n"
	dir := small(map[string]string{"activities.csv": header + "tel,Telephones,PRAC,lead,1h,4h,1,,\nPHA,Dispensing,PRAC,manager,4h,1d,2,PRAC,TEL\n"})
	imported(t, db, dir, false)
	o := organisation(t, db)
	a, ok := o.Activity("PHA")
	if !ok || len(o.Activities) != 2 || o.Activities[0].Code != "TEL" || a.Owner != domain.Manager || a.RTO != 4*time.Hour || a.MTPD != 24*time.Hour || a.Staff != 2 || a.Of != "PRAC" || len(a.Needs) != 1 {
		t.Errorf("%+v", o.Activities)
	}
	if again := imported(t, db, dir, false); !again.Plan.Empty() {
		t.Errorf("the same file again changes something: %s", again)
	}
	delete(dir, "activities.csv")
	imported(t, db, dir, false)
	if len(organisation(t, db).Activities) != 2 {
		t.Error("a folder without the file takes the table away")
	}
	dir["activities.csv"] = file(header + "TEL,Telephones,PRAC,lead,2h,4h,1,,\n")
	imported(t, db, dir, false)
	if o := organisation(t, db); len(o.Activities) != 1 || o.Activities[0].RTO != 2*time.Hour {
		t.Errorf("%+v", o.Activities)
	}
	dir["activities.csv"] = file(header + "TEL,Telephones,PRAC,lead,2h,4h,1,,PHA\nPHA,Dispensing,PRAC,manager,4h,1d,2,,\n")
	plan, err := importer.Read(dir, organisation(t, db), spoken)
	if err != nil || len(plan.Warnings) == 0 {
		t.Errorf("it is restored before what it needs: %v, %v", plan, err)
	}
}
