"""What the dialect reads out of a drawing."""

from __future__ import annotations

from datetime import date

import pytest

from engine.bpmn.model import Kind, Place
from engine.bpmn.reading.dialect import read_drawing, read_tree
from engine.domain.errors import DrawingRefused
from tests.bpmn_reading.sketching import SOUND, line_with, spoiled


def test_a_drawing_is_read_whole():
    drawing = read_drawing(SOUND.encode(), "thu.bpmn")
    assert (drawing.key, drawing.name) == ("thu", "Thử")
    assert drawing.legal_term == "9 ngày làm việc + 95 ngày khi hu_hai; 5 ngày làm việc + 95 ngày"
    assert drawing.authority_terms == {"so": "5 ngày làm việc + 95 ngày"}
    assert drawing.effective_from == date(2025, 7, 1)
    assert list(drawing.nodes) == ["bat_dau", "B1", "G1", "B2", "cho", "B3", "xong", "tu_choi"]
    assert {n.id: n.kind for n in drawing.nodes.values()} == {
        "bat_dau": Kind.START,
        "B1": Kind.USER_TASK,
        "G1": Kind.EXCLUSIVE,
        "B2": Kind.USER_TASK,
        "cho": Kind.TIMER_CATCH,
        "B3": Kind.RECEIVE_TASK,
        "xong": Kind.END,
        "tu_choi": Kind.END,
    }
    assert drawing.starts()[0].id == "bat_dau"
    assert drawing.lane_name("B2") == "Chuyên viên Sở"
    assert drawing.lane_name("xong") is None
    assert drawing.places["B1"] == Place(100, 50, 120, 80)
    assert drawing.routes["f2"] == ((220, 90), (260, 90))


def test_a_step_is_read_with_everything_said_of_it():
    step = read_drawing(SOUND.encode(), "thu.bpmn").nodes["B1"]
    assert step.form == "tiep-nhan"
    assert step.due == "8 giờ làm việc khi kenh == 'online'; 0,5 ngày làm việc"
    assert step.acceptance == "ket_qua == 'du'"
    assert step.documentation == "Nhận hồ sơ."
    assert step.line == line_with(SOUND, 'formRef="tiep-nhan"') + 1  # where its tag closes
    assert (step.incoming, step.outgoing) == (("f1",), ("f2",))


def test_waits_carry_their_settings_as_properties():
    text = spoiled(
        ('name="clock"', 'name="formRef" value="ket-luan" />\n<camunda:property name="clock"')
    )
    drawing = read_drawing(text.encode(), "thu.bpmn")
    wait = drawing.nodes["B3"]
    assert (wait.due, wait.clock_paused, wait.form) == ("cùng hạn B2", True, "ket-luan")
    assert drawing.nodes["cho"].timer == "40 ngày"


def test_conditions_lose_their_shell():
    flows = read_drawing(SOUND.encode(), "thu.bpmn").flows
    assert flows["f3"].condition == "ket_qua == 'du'"
    assert flows["f4"].condition == "ket_qua == 'tu_choi'"
    assert flows["f5"].condition is None


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        ("a, b ,c", ("a", "b", "c")),
        ("Bộ Quốc phòng, Bộ Công an; mot-cua", ("Bộ Quốc phòng, Bộ Công an", "mot-cua")),
        (" ", ()),
    ],
)
def test_groups_are_parted_by_commas_or_semicolons(groups, names):
    text = spoiled(('name="Xử lý"', f'name="Xử lý" camunda:candidateGroups="{groups}"'))
    assert read_drawing(text.encode(), "x").nodes["B2"].candidate_groups == names


def test_what_the_dialect_does_not_know_is_kept_as_other():
    text = spoiled(('<bpmn:endEvent id="tu_choi"', '<bpmn:scriptTask id="tu_choi"')).replace(
        '<bpmn:scriptTask id="tu_choi" name="Từ chối" />',
        '<bpmn:scriptTask id="tu_choi" name="Từ chối"><bpmn:script>x</bpmn:script>'
        "</bpmn:scriptTask>",
    )
    node = read_drawing(text.encode(), "x").nodes["tu_choi"]
    assert (node.kind, node.tag) == (Kind.OTHER, "scriptTask")


def test_lanes_in_lanes_and_sub_processes_inherit():
    inner = (
        '<bpmn:childLaneSet id="trong"><bpmn:lane id="L3" name="Một cửa">'
        "<bpmn:flowNodeRef>B3</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet></bpmn:lane>\n"
        "</bpmn:laneSet>"
    )
    text = spoiled(
        ("</bpmn:lane>\n</bpmn:laneSet>", inner),
        (
            '<bpmn:userTask id="B2" name="Xử lý" camunda:dueDate="2 ngày làm việc" />',
            '<bpmn:subProcess id="B2"><bpmn:userTask id="C1" /></bpmn:subProcess>',
        ),
    )
    drawing = read_drawing(text.encode(), "x")
    assert drawing.nodes["B3"].lane == "L3"
    assert drawing.lanes["L2"].nodes == ("B2", "cho")
    assert (drawing.nodes["C1"].lane, drawing.nodes["C1"].parent) == ("L2", "B2")


def test_a_pool_gives_its_name_to_a_nameless_process():
    text = spoiled(
        (' name="Thử"', ""),
        (
            "<bpmndi:BPMNDiagram",
            (
                '<bpmn:collaboration id="hop"><bpmn:participant name="Bể" processRef="thu" />'
                "</bpmn:collaboration><bpmndi:BPMNDiagram"
            ),
        ),
    )
    assert read_drawing(text.encode(), "x").name == "Bể"


def test_no_or_several_executable_processes_refuse_the_drawing():
    for text in (
        spoiled(('isExecutable="true"', 'isExecutable="false"')),
        spoiled(("<bpmndi:BPMNDiagram", ('<bpmn:process id="b" isExecutable="true" />'
                                        "<bpmndi:BPMNDiagram"))),
    ):  # fmt: skip
        with pytest.raises(DrawingRefused):
            read_drawing(text.encode(), "x")
        assert read_tree(text.encode(), "x").drawing.key == "thu"  # the checks may still go on
