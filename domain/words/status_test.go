package words

import "testing"

func TestAWardsStatusIsReadAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	known := []string{"4B", "5A", "ED"}
	for text, want := range map[string][3]string{
		"STATUS GREEN": {"green", "", ""}, "status amber 2 nurses": {"amber", "", "2 nurses"}, "STATUS 5A RED no oxygen": {"red", "5A", "no oxygen"}, "Status: red 5a, no oxygen.": {"red", "5A", "no oxygen."}, "STATUS R": {"red", "", ""},
		"STATUS A 2 nurses": {"amber", "", "2 nurses"}, "status ED g": {"green", "ED", ""}, "ESTADO ROJO sin oxígeno": {"red", "", "sin oxígeno"}, "estado 4B ámbar": {"amber", "4B", ""}, "ETAT VERT": {"green", "", ""},
		"état rouge plus d'oxygène": {"red", "", "plus d'oxygène"}, "状态 红 缺氧气": {"red", "", "缺氧气"}, "状态 5A 红色缺氧": {"red", "5A", "缺氧"}, "状态 绿": {"green", "", ""},
	} {
		said, isKeyword := Keyword(text)
		colour, ward, need, ok := ParseStatus(said.Rest, known)
		if !isKeyword || said.Word != STATUS || !ok || [3]string{colour, ward, need} != want {
			t.Errorf("%q: %v %q %q %q %v", text, said, colour, ward, need, ok)
		}
	}
	for _, text := range []string{"Status of the pump is unknown", "status update please", "status epilepticus in bed 4", "estado general malo", "red rash on arm"} {
		if said, ok := Keyword(text); ok {
			t.Errorf("%q is taken as %v", text, said)
		}
	}
	if code, rest, ok := ParseCode("status K7R"); !ok || code != "K7R" || ParseOrder(rest).Do != Status {
		t.Error("a code's status is no ward's")
	}
}
