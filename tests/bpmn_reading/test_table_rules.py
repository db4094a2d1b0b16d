"""What a drawing's tables must fit: its forms' answers, and the roles that they are to name."""

from __future__ import annotations

import pytest

from engine.bpmn.reading.dialect import read_drawing
from tests.bpmn_reading.sketching import SOUND, PlainForm, Surroundings, found_in, spoiled

RULE = '<bpmn:businessRuleTask id="Q" name="Ai xử lý?" camunda:decisionRef="ai" />'
STEP = '<bpmn:userTask id="B2" name="Xử lý"'
NEXT = '<bpmn:sequenceFlow id="f5"'
#: A table between the gateway and B2, whose result says who does B2.
DECIDED = spoiled(
    (STEP, f'{RULE}{STEP} camunda:candidateGroups="${{ tham_quyen }}"'),
    ('id="f3" sourceRef="G1" targetRef="B2"', 'id="f3" sourceRef="G1" targetRef="Q"'),
    (NEXT, f'<bpmn:sequenceFlow id="fQ" sourceRef="Q" targetRef="B2" />{NEXT}'),
)

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dmn">
<decision id="ai" name="Thẩm quyền"><decisionTable hitPolicy="{policy}">
<input label="Nơi công tác"><inputExpression typeRef="string"><text>noi</text></inputExpression>
{stated}</input>
<output name="tham_quyen" />
{rows}
</decisionTable></decision></definitions>
"""


def table(*rows: tuple[str, str], policy: str = "UNIQUE", stated: str = "") -> str:
    drawn = "\n".join(
        f"<rule><inputEntry><text>{test}</text></inputEntry>"
        f"<outputEntry><text>{result}</text></outputEntry></rule>"
        for test, result in rows
    )
    values = f"<inputValues><text>{stated}</text></inputValues>" if stated else ""
    return TABLE.format(policy=policy, stated=values, rows=drawn)


GOOD = table(('"xa"', '"mot-cua"'), ('"tinh"', '"cv-so"'), ('"khac"', '"y-khoa"'))
ANSWERS: tuple[str, ...] | None = ("xa", "tinh", "khac")


def around(text: str = GOOD, answers: tuple[str, ...] | None = ANSWERS) -> Surroundings:
    surroundings = Surroundings(decisions={"ai": text})
    fields = {"ket_qua": ("du", "tu_choi"), "hu_hai": None, "noi": answers}
    surroundings.forms["tiep-nhan"] = PlainForm(fields)
    return surroundings


def found(text: str, surroundings: Surroundings) -> list[tuple[str, str | None, str]]:
    return [(f.rule, f.element, str(f.message)) for f in found_in(text, surroundings)]


def test_a_step_may_go_to_whom_a_table_names():
    node = read_drawing(DECIDED.encode(), "x").nodes["B2"]
    assert (node.performer, node.candidate_groups) == ("tham_quyen", ())
    assert found(DECIDED, around()) == []


def test_an_answer_of_the_form_without_a_row_is_a_gap():
    (one,) = found(DECIDED, around(answers=("xa", "tinh", "khac", "huyen")))
    assert one[:2] == ("unanswered-decision", "Q")
    assert "không có dòng nào cho Nơi công tác: “huyen”" in one[2]
    # fewer answers than rows: another procedure's rows
    assert found(DECIDED, around(answers=("xa",))) == []


def test_two_rows_for_one_answer_are_an_overlap():
    text = table(('not("xa")', '"cv-so"'), ('not("tinh")', '"mot-cua"'))
    (one,) = found(DECIDED, around(text))
    assert one[:2] == ("unanswered-decision", "Q")
    assert "dòng 1 và dòng 2" in one[2]
    assert found(DECIDED, around(text, answers=("xa", "tinh"))) == []


def test_where_anything_may_be_typed_the_table_needs_a_row_for_the_rest():
    (one,) = found(DECIDED, around(answers=None))
    assert one[0] == "unanswered-decision"
    assert "mọi chữ khác" in one[2]
    text = table(('"xa"', '"mot-cua"'), ("-", '"cv-so"'), policy="FIRST")
    assert found(DECIDED, around(text, answers=None)) == []


def test_a_table_unsound_in_itself_is_told_once_with_its_line():
    text = table(('"xa"', '"mot-cua"'), stated='"xa","tinh"')
    (one,) = found(DECIDED, around(text, answers=("xa", "tinh", "huyen")))
    assert one[:2] == ("unknown-decision", "Q")
    assert "(dòng 2)" in one[2]
    assert "“tinh”" in one[2]


def test_a_row_in_vain_is_a_warning():
    text = table(("-", '"mot-cua"'), ('"xa"', '"cv-so"'), policy="FIRST")
    (one,) = found_in(DECIDED, around(text))
    assert (one.rule, one.element, one.severity) == ("doubtful-decision", "Q", "warning")


def test_what_a_table_reads_is_asked_before_it():
    surroundings = around()
    surroundings.forms["tiep-nhan"] = PlainForm({"ket_qua": ("du", "tu_choi"), "hu_hai": None})
    assert [one[:2] for one in found(DECIDED, surroundings)] == [("decision-input", "Q")]
    surroundings.forms["sau"] = PlainForm({"noi": ANSWERS})
    text = spoiled(('name="due" value="cùng hạn B2"', 'name="formRef" value="sau"'), text=DECIDED)
    (one,) = found(text, surroundings)
    assert one[:2] == ("decision-input", "Q")
    assert "phía sau" in one[2]


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ('"Sở Nội vụ"', "“Sở Nội vụ”"),
        ('"cv-soo"', "“cv-soo”"),
        ("5", "“5”"),
        ("null", "“None”"),
        ("noi", "một giá trị tính ra"),
    ],
)
def test_every_row_names_a_role_of_the_register(result, told):
    text = table(('"xa"', '"mot-cua"'), ('not("xa")', result))
    (one,) = found_in(DECIDED, around(text))
    assert (one.rule, one.element, one.severity) == ("decided-performer", "B2", "error")
    assert "dòng 2" in str(one.message)
    assert told in str(one.message)
    assert str(one.remedy)


def test_a_form_may_name_the_role_by_a_choice_of_roles():
    surroundings = around()
    fields = {"ket_qua": ("du", "tu_choi"), "hu_hai": None, "ai": ("mot-cua", "cv-so")}
    surroundings.forms["tiep-nhan"] = PlainForm(fields)
    text = spoiled((STEP, f'{STEP} camunda:candidateGroups="${{ai}}"'))
    assert found(text, surroundings) == []
    for wrong in (("mot-cua", "ai-do"), None):
        surroundings.forms["tiep-nhan"] = PlainForm({**fields, "ai": wrong})
        (one,) = found(text, surroundings)
        assert one[:2] == ("decided-performer", "B2")
        assert ("ai-do" if wrong else "chữ bất kỳ") in one[2]


def test_who_does_it_is_decided_before_it():
    undecided = spoiled(("${ tham_quyen }", "${tham_quyenn}"), text=DECIDED)
    (one,) = found_in(undecided, around())
    assert (one.rule, one.element) == ("decided-performer", "B2")
    assert "“tham_quyen”" in str(one.remedy)
    first = 'id="B1" name="Tiếp nhận"'
    too_late = spoiled((first, f'{first} camunda:candidateGroups="${{tham_quyen}}"'), text=DECIDED)
    (one,) = [each for each in found(too_late, around()) if each[0] == "decided-performer"]
    assert "phía sau" in one[2]


def test_a_way_past_the_table_is_warned_of():
    text = spoiled(
        ('id="f4" sourceRef="G1" targetRef="tu_choi"', 'id="f4" sourceRef="G1" targetRef="B2"'),
        ('<bpmn:endEvent id="tu_choi" name="Từ chối" />', ""),
        text=DECIDED,
    )
    (one,) = found_in(text, around())
    assert (one.rule, one.element, one.severity) == ("undecided-performer", "B2", "warning")


def test_a_variable_stands_alone():
    text = spoiled(("${ tham_quyen }", "cv-so, ${tham_quyen}"), text=DECIDED)
    (one,) = found(text, around())
    assert one[:2] == ("unknown-group", "B2")
    assert "một mình" in one[2]


def test_what_a_table_answers_is_compared_with_what_it_may_answer():
    text = spoiled(
        ("${ket_qua == 'du'}", "${tham_quyen == 'cv-soo'}"),
        ("ket_qua == 'tu_choi'</", "tham_quyen == 'mot-cua'</"),
        ('id="f2" sourceRef="B1" targetRef="G1"', 'id="f2" sourceRef="B1" targetRef="Q"'),
        ('sourceRef="Q" targetRef="B2"', 'sourceRef="Q" targetRef="G1"'),
        ('id="f3" sourceRef="G1" targetRef="Q"', 'id="f3" sourceRef="G1" targetRef="B2"'),
        text=DECIDED,
    )
    told = found(text, around())
    assert [one[:2] for one in told] == [("unknown-answer", "f3")]


def test_the_sound_drawing_has_no_table():
    assert found_in(SOUND) == ()
