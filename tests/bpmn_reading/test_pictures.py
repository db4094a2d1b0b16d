"""Every diagram of a file is drawn as it is drawn there, safely, and told in words."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn.model import Kind, Node, Place
from engine.bpmn.pictures import Depicted, depicted, figures, signs, svg
from engine.bpmn.pictures.figures import Mark
from engine.bpmn.pictures.planes import FARTHEST
from engine.bpmn.reading import BPMN, BPMNDI, DC, DI
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.errors import DrawingRefused

SAMPLES = Path(__file__).parents[1] / "interchange"
SVG = "{http://www.w3.org/2000/svg}"
HEAD = (
    f'<definitions xmlns="{BPMN}" xmlns:bpmndi="{BPMNDI}" xmlns:dc="{DC}" xmlns:di="{DI}" '
    'targetNamespace="urn:vi-du">'
)
STEP = '<process id="p"><userTask id="B1" name="%s"/></process>'


def plane(*figures: str) -> str:
    inside = "".join(figures)
    return (
        '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="m" bpmnElement="p">'
        f"{inside}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )


def shape(element: str, place: str = 'x="0" y="0" width="100" height="80"', said: str = "") -> str:
    return (
        f'<bpmndi:BPMNShape bpmnElement="{element}" {said}><dc:Bounds {place}/></bpmndi:BPMNShape>'
    )


def drawn(*parts: str, marks: dict[str, Mark] | None = None) -> Depicted:
    return depicted(f"{HEAD}{''.join(parts)}</definitions>".encode(), "x.bpmn", marks)


def sample(name: str) -> Depicted:
    return depicted((SAMPLES / name).read_bytes(), name)


def groups(text: str) -> dict[str, etree._Element]:
    root = etree.fromstring(text)
    return {one.get("data-element"): one for one in root.iter(f"{SVG}g") if one.get("data-element")}


def test_every_symbol_of_the_notation_is_drawn():
    found = sample("moi-ky-hieu.bpmn")
    (picture,) = found.pictures
    figures = groups(picture.svg)
    source = etree.parse(SAMPLES / "moi-ky-hieu.bpmn")
    asked = {one.get("bpmnElement") for one in source.iter(f"{{{BPMNDI}}}BPMNShape")}
    assert asked <= figures.keys()
    assert found.remarks == ()
    looks = {}
    for key in asked - {"f1", "f2", "gap_1", "tuy_1", "gd_1", "userTask_1", "lap", "P1", "P2"}:
        paths = [one.get("d") for one in figures[key].iter(f"{SVG}path")]
        rings = [
            (one.get("stroke-width"), one.get("stroke-dasharray"))
            for one in figures[key].iter(f"{SVG}circle")
        ]
        boxes = [
            (one.tag, one.get("stroke-width"), one.get("stroke-dasharray"))
            for one in figures[key].iter(f"{SVG}rect", f"{SVG}polygon")
        ]
        fills = [one.get("fill") for one in figures[key].iter(f"{SVG}path")]
        look = repr((paths, rings, boxes, fills))
        looks.setdefault(look, []).append(key)
    assert [keys for keys in looks.values() if len(keys) > 1] == []


def test_each_diagram_of_a_file_is_a_picture_of_its_own():
    pictures = sample("phoi-hop.bpmn").pictures
    assert [one.name for one in pictures] == ["Phối hợp giám định", "Hội thoại"]
    identities = [re.findall(r'id="([^"]+)"', one.svg) for one in pictures]
    assert not set(identities[0]) & set(identities[1])


def test_names_of_a_choreography_stand_in_its_bands():
    figures = groups(sample("phoi-hop.bpmn").pictures[0].svg)
    said = " ".join("".join(figures["gioi-thieu"].itertext()).split())
    for name in ("Giới thiệu đi", "Sở Nội vụ", "Hội đồng giám"):
        assert name in said
    assert "so" not in figures  # it is drawn with the activity, once for each


def test_those_who_do_not_see_it_read_what_is_there():
    picture = sample("phoi-hop.bpmn").pictures[1]
    assert ("pool", "UBND xã") in [(str(kind), name) for kind, name in picture.listed]
    assert ("hội thoại", "Trao đổi về hồ sơ") in [(str(k), name) for k, name in picture.listed]


def test_what_a_file_says_is_text_and_never_markup():
    nasty = "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x"
    (picture,) = drawn(STEP % nasty, plane(shape("B1"))).pictures
    root = etree.fromstring(picture.svg)
    assert {etree.QName(one).localname for one in root.iter()} <= {
        "svg", "title", "defs", "marker", "path", "circle", "rect", "g", "text", "tspan",
    }  # fmt: skip
    assert not [name for one in root.iter() for name in one.attrib if name.startswith("on")]
    assert "href" not in picture.svg  # where nothing leads anywhere
    assert re.findall(r"url\((?!#)", picture.svg) == []


@pytest.mark.parametrize(
    "place",
    [
        'x="1e9" y="0" width="100" height="80"',
        'x="0" y="0" width="1e9" height="80"',
        'x="NaN" y="0" width="100" height="80"',
        'x="0" y="0" width="-100" height="80"',
        'x="a" y="0" width="100" height="80"',
        'x="0" y="0" width="0" height="0"',
    ],
)
def test_absurd_places_are_left_out_and_told(place):
    found = drawn(
        '<process id="p"><task id="A" name="Gần"/><task id="B" name="Xa"/></process>',
        plane(shape("A"), shape("B", place)),
    )
    (picture,) = found.pictures
    assert groups(picture.svg).keys() == {"A"}
    assert float(etree.fromstring(picture.svg).get("width")) < 2 * FARTHEST
    assert any("“Xa”" in str(remark) for remark in found.remarks)


def test_a_file_without_a_diagram_is_laid_out():
    found = drawn(
        '<process id="p"><startEvent id="s"/><userTask id="B1" name="Tiếp nhận"/>'
        '<endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="B1"/>'
        '<sequenceFlow id="g" sourceRef="B1" targetRef="e"/></process>'
    )
    assert "tự xếp" in str(found.remarks[0])
    assert {"s", "B1", "e", "f", "g"} <= groups(found.pictures[0].svg).keys()


def test_a_file_that_holds_nothing_to_draw_says_so():
    found = drawn('<message id="m" name="Giấy mời"/>')
    assert found.pictures == ()
    assert "không có hình vẽ" in str(found.remarks[0])


def test_what_lies_folded_away_is_not_missed():
    scope = (
        '<process id="p"><subProcess id="S" name="Thẩm tra"><task id="in"/></subProcess></process>'
    )
    folded = drawn(scope, plane(shape("S", said='isExpanded="false"')))
    assert folded.remarks == ()
    assert "M1 1 H13 V13 H1 Z" in folded.pictures[0].svg  # the sign of what can be unfolded


def test_labels_written_relative_to_their_shape_go_below_it():
    far = 'x="2000" y="2000" width="36" height="36"'
    label = '<bpmndi:BPMNLabel><dc:Bounds x="0" y="0" width="30" height="14"/></bpmndi:BPMNLabel>'
    figure = shape("s", far).replace("</bpmndi:BPMNShape>", f"{label}</bpmndi:BPMNShape>")
    found = drawn('<process id="p"><startEvent id="s" name="Nhận"/></process>', plane(figure))
    assert float(etree.fromstring(found.pictures[0].svg).get("width")) < 300


def test_marks_are_drawn_on_what_they_are_of():
    picture = drawn(STEP % "Tiếp nhận", plane(shape("B1")), marks={"B1": Mark.FAULTY}).pictures[0]
    plain = drawn(STEP % "Tiếp nhận", plane(shape("B1"))).pictures[0]
    assert picture.svg != plain.svg
    assert len(groups(picture.svg)["B1"]) > len(groups(plain.svg)["B1"])


def test_the_two_ends_of_every_kind_of_line():
    nodes = '<task id="a"/><task id="b" default="f2"/>'
    lines = (
        '<sequenceFlow id="f1" sourceRef="a" targetRef="b"><conditionExpression>x'
        '</conditionExpression></sequenceFlow><sequenceFlow id="f2" sourceRef="b" targetRef="a"/>'
        '<association id="f3" sourceRef="a" targetRef="b" associationDirection="Both"/>'
    )
    edges = [
        f'<bpmndi:BPMNEdge bpmnElement="f{n}"><di:waypoint x="0" y="0"/><di:waypoint x="90" y="0"/>'
        "</bpmndi:BPMNEdge>"
        for n in (1, 2, 3)
    ]
    figures = groups(
        drawn(f'<process id="p">{nodes}{lines}</process>', plane(*edges)).pictures[0].svg
    )
    assert figures["f1"].find(f"{SVG}polygon") is not None  # the diamond of a condition
    assert len(figures["f2"].findall(f"{SVG}path")) == 2  # the stroke of a default
    assert figures["f3"].find(f"{SVG}path").get("marker-start", "").endswith("-open)")


def test_figures_of_what_is_not_there_are_told():
    found = sample("activiti-note.bpmn")
    assert found.pictures == ()
    assert any("không có trong tệp" in str(remark) for remark in found.remarks)


def test_what_is_no_bpmn_has_no_picture():
    with pytest.raises(DrawingRefused):
        depicted(b"%PDF", "x.bpmn")


def test_ten_thousand_figures_are_drawn_in_time():
    many = range(10_000)
    tasks = "".join(f'<task id="t{n}" name="Bước {n}"/>' for n in many)
    figures = (
        shape(f"t{n}", f'x="{n % 100 * 150}" y="{n // 100 * 120}" width="100" height="80"')
        for n in many
    )
    begun = time.process_time()
    (picture,) = drawn(f'<process id="p">{tasks}</process>', plane(*figures)).pictures
    assert time.process_time() - begun < 10
    assert picture.svg.count("data-element") == 10_000


def test_figures_lead_to_what_is_said_of_them_and_one_of_two_bears_the_id():
    twice = plane(shape("B1")), plane(shape("B1")).replace('id="d"', 'id="d2"')
    content = f"{HEAD}{STEP % 'Tiếp nhận'}{''.join(twice)}</definitions>".encode()
    found = depicted(content, "x.bpmn", links={"B1": "#phat-hien-1"}, anchors="ve-1-")
    first, second = (one.svg for one in found.pictures)
    assert 'id="ve-1-B1"' in first
    assert 'id="ve-1-B1"' not in second
    for text in (first, second):
        assert re.search(r'<a href="#phat-hien-1"><g [^>]*data-element="B1"', text)


def test_one_element_drawn_ten_thousand_times_with_an_endless_name_is_bounded():
    begun = time.process_time()
    found = drawn(STEP % ("từ " * 10_000), plane(*[shape("B1")] * 10_000))
    assert time.process_time() - begun < 5
    (picture,) = found.pictures
    assert len(picture.svg) < 1_000_000
    assert "…" in picture.svg
    assert "9700 hình" in str(found.remarks[0])


def test_the_drawing_of_a_case_bears_the_same_signs():
    content = (SAMPLES / "camunda-modeler.bpmn").read_bytes()
    of_case = svg.render(read_drawing(content, "x"))
    of_file = depicted(content, "x").pictures[0].svg
    person = signs.TASKS["userTask"].path
    assert of_case.count(person) == of_file.count(person) == 2
    link = signs.EVENTS["linkEventDefinition"].path
    thrown = Node("L", "", Kind.LINK_THROW, "intermediateThrowEvent", 1,
                  events=("linkEventDefinition",))  # fmt: skip
    assert link in figures.sign(thrown, Place(0, 0, 36, 36), None)


def test_many_elements_folded_away_are_passed_over_quickly():
    inside = "".join(f'<task id="t{n}"/>' for n in range(20_000))
    begun = time.process_time()
    found = drawn(
        f'<process id="p"><subProcess id="S">{inside}</subProcess></process>', plane(shape("S"))
    )
    assert time.process_time() - begun < 5
    assert found.remarks == ()
