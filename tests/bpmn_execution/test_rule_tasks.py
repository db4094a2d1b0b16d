"""Business rule tasks run decision tables over the act's data."""

from __future__ import annotations

import pytest

from engine.bpmn.execution.specs import parse_spec
from engine.domain.errors import DrawingRefused, ExecutionFailed
from tests.bpmn_execution.drawn import end, flow, gateway, line, process, rule, start, user
from tests.bpmn_execution.walking import Walk

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="http://quytrinh.test">
<decision id="muc" name="Mức trợ cấp"><decisionTable id="t" hitPolicy="UNIQUE">
<input id="i"><inputExpression id="ie" typeRef="number"><text>ty_le</text></inputExpression></input>
<output id="o" name="muc" typeRef="string"/>
<rule id="r1"><inputEntry id="c1"><text>&gt;= 81</text></inputEntry>
<outputEntry id="v1"><text>"cao"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c2"><text>[21..80]</text></inputEntry>
<outputEntry id="v2"><text>"thường"</text></outputEntry></rule>
</decisionTable></decision></definitions>""".encode()

DRAWING = process(
    start(),
    user("A"),
    rule("R", "muc"),
    gateway("exclusive", "G"),
    user("B"),
    user("C"),
    end(),
    line("S", "A", "R", "G"),
    flow("G", "B", "muc == 'cao'"),
    flow("G", "C", "muc == 'thường'"),
    line("B", "E"),
    line("C", "E"),
)


@pytest.mark.parametrize(("share", "decided", "work"), [(85, "cao", "B"), (40, "thường", "C")])
def test_what_a_table_decides_chooses_the_way_in_the_same_act(share, decided, work):
    walk = Walk(DRAWING, decisions={"muc.dmn": TABLE})
    advance = walk.do("A", ty_le=share)
    assert advance.decided == {"muc": decided}
    assert walk.open == [work]
    assert advance.passed == (("p", "A"), ("p", "R"), ("p", "G"))


def test_a_table_without_a_match_fails_at_its_task_and_changes_nothing():
    walk = Walk(DRAWING, decisions={"muc.dmn": TABLE})
    before = walk.state
    with pytest.raises(ExecutionFailed) as failure:
        walk.do("A", ty_le=10)
    assert failure.value.element == "R"
    assert walk.state == before


def test_a_missing_table_is_refused():
    with pytest.raises(DrawingRefused) as refused:
        parse_spec(DRAWING)
    assert [(f.rule, f.element) for f in refused.value.findings] == [("missing-reference", "R")]
