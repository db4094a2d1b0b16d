"""One slip of whoever draws is one finding: what only follows from it keeps silent."""

from __future__ import annotations

import re

import pytest

from engine.bpmn.checks import check
from engine.bpmn.checks.subject import Vocabulary
from engine.bpmn.findings import Finding
from tests.drawings import library
from tests.factories import QT02_FILE

DRAWING = QT02_FILE.read_text(encoding="utf-8")


def found_in(text: str) -> tuple[Finding, ...]:
    around = Vocabulary(library.roles(), library.form, lambda _: None, lambda _: None)
    return check(text.encode(), QT02_FILE.name, around)


def errors(text: str) -> list[tuple[str, str | None]]:
    return [(one.rule, one.element) for one in found_in(text) if one.severity == "error"]


def replaced(old: str, new: str) -> str:
    assert old in DRAWING
    return DRAWING.replace(old, new)


def without_flow(key: str) -> str:
    text, count = re.subn(rf'<bpmn:sequenceFlow id="{key}"[^>]*/>', "", DRAWING)
    assert count == 1
    return re.sub(rf"<bpmn:(incoming|outgoing)>{key}</bpmn:\1>", "", text)


def test_of_a_stretch_that_nothing_leads_to_only_the_beginning_is_told():
    text = without_flow("F_B3_G_B3")
    assert errors(text) == [("unreachable", "G_B3")]
    told = next(one for one in found_in(text) if one.rule == "unreachable")
    assert "4 phần tử phía sau" in str(told.message)
    assert "read-too-early" not in {one.rule for one in found_in(text)}


SLIPS = {
    "an answer that the form does not have": (
        "{y_kien_B4 == 'dong_y'}",
        "{y_kien_B4 == 'dong_yy'}",
        [("unknown-answer", "F_G_B4_B5")],
    ),
    "a step whose id was renamed by hand": (
        '<bpmn:userTask id="B3" ',
        '<bpmn:userTask id="B3_moi" ',
        [("flow-end", "F_G2_B3"), ("flow-end", "F_B3_G_B3")],
    ),
    "a process id with spaces": (
        '"qt02-cap-doi-bang"',
        '"Quy trình 02"',
        [("malformed-id", "Quy trình 02")],
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_what_follows_from_a_slip_is_not_told(slip):
    old, new, told = SLIPS[slip]
    assert errors(replaced(old, new)) == told


def test_a_choice_drawn_as_a_parallel_gateway_is_not_also_work_done_twice():
    (gateway,) = re.findall(r'<bpmn:exclusiveGateway id="G_B3".*?</bpmn:exclusiveGateway>',
                            DRAWING, re.DOTALL)  # fmt: skip
    parallel = re.sub(r' default="[^"]*"', "", gateway).replace("exclusive", "parallel")
    assert errors(DRAWING.replace(gateway, parallel)) == [
        ("parallel-condition", "F_G_B3_B4"),
        ("parallel-condition", "F_G_B3_B2"),
    ]


def test_a_step_that_lost_its_form_is_told_and_not_the_conditions_behind_it():
    (step,) = re.findall(r'<bpmn:userTask id="B3" .*?</bpmn:userTask>', DRAWING, re.DOTALL)
    formless = step.replace(' camunda:formRef="liet-si/y-kien-B3"', "")
    assert formless != step
    waiting = formless.replace("userTask", "receiveTask")
    waiting = waiting.replace(' camunda:dueDate="0,5 ngày làm việc"', "")
    for changed, remedy in ((formless, "Form reference"), (waiting, "formRef")):
        found = found_in(DRAWING.replace(step, changed))
        assert [(one.rule, one.element) for one in found] == [("unknown-variable", "B3")]
        assert "“y_kien_B3”" in str(found[0].message)
        assert remedy in str(found[0].remedy)


def test_variables_of_a_form_that_is_missing_are_not_called_unknown():
    text = replaced(
        'id="B3" name="Xem xét, trình ký" camunda:formRef="liet-si/y-kien-B3"',
        'id="B3" name="Xem xét, trình ký" camunda:formRef="liet-si/khong-co"',
    )
    assert ("unknown-form", "B3") in errors(text)
    assert "unknown-variable" not in {rule for rule, _ in errors(text)}
