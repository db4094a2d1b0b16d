"""Drawings become standalone SVG pictures that say what has become of each element."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from engine.bpmn import lettering
from engine.bpmn.checks.showing import drawn
from engine.bpmn.model import Drawing, Flow, Kind, Node
from engine.bpmn.pictures import placing, signs, svg
from engine.bpmn.reading.dialect import read_drawing, read_tree
from engine.domain.errors import DrawingRefused
from tests.bpmn_execution import drawn as sketch
from tests.bpmn_reading import mutations
from tests.factories import QT02_FILE

SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> etree._Element:
    return etree.fromstring(text.encode())


def group(picture: etree._Element, key: str) -> etree._Element:
    return next(g for g in picture.iter(f"{SVG}g") if g.get("data-element") == key)


def titles(picture: etree._Element) -> list[str]:
    return [title.text or "" for title in picture.iter(f"{SVG}title")]


def test_a_picture_shows_every_element_lane_and_flow(drawing: Drawing) -> None:
    picture = parsed(svg.render(drawing))
    groups = list(picture.iter(f"{SVG}g"))
    assert {g.get("data-element") for g in groups} - {None} == drawing.nodes.keys()
    assert {g.get("data-lane") for g in groups} - {None} == drawing.lanes.keys()
    assert {g.get("data-flow") for g in groups} - {None} == drawing.flows.keys()


def test_a_picture_needs_neither_scripts_nor_styles(drawing: Drawing) -> None:
    picture = parsed(svg.render(drawing, {"B1a": "done"}, {"B1a": "/ho-so/1#B1a"}))
    for each in picture.iter():
        assert etree.QName(each).localname not in {"script", "style", "foreignObject", "image"}
        assert not any(name == "style" or name.startswith("on") for name in each.attrib)


def test_a_picture_can_be_read_aloud(qt02: Drawing) -> None:
    text = svg.render(qt02, {"B1a": "done", "B2": "overdue", "S1": "waiting"})
    picture = parsed(text)
    assert picture.get("role") == "img"
    assert picture[0].text == qt02.name
    assert picture[1].text == (
        "Đã xong: B1a Nộp hồ sơ. Quá hạn: B2 Thẩm định hồ sơ, đề xuất kết quả giải quyết TTHC. "
        "Đang chờ: S1 Giám định bằng gốc."
    )
    assert "B1a Nộp hồ sơ (đã xong)" in titles(picture)


@pytest.mark.parametrize(
    ("one", "other"),
    list(pairwise(["done", "current", "overdue", "waiting", "faulty", "doubtful"])),
)
def test_marks_differ_in_more_than_colour(one: str, other: str, qt02: Drawing) -> None:
    def shape(mark: str) -> str:
        marked = etree.tostring(group(parsed(svg.render(qt02, {"B2": mark})), "B2")).decode()
        return re.sub(r"#[0-9a-f]{6}|\(.*?\)|class=\"[^\"]*\"", "", marked)

    assert shape(one) != shape(other)


def test_an_unknown_mark_is_refused(qt02: Drawing) -> None:
    with pytest.raises(ValueError, match="vanished"):
        svg.render(qt02, {"B2": "vanished"})


def test_flows_and_lanes_bear_marks_and_lead_and_are_led_to_as_elements_are(qt02: Drawing) -> None:
    flow, lane = next(iter(qt02.routes)), next(iter(qt02.lanes))
    keys = ("B2", flow, lane)
    links = {key: f"#about-{key}" for key in keys}
    picture = parsed(svg.render(qt02, dict.fromkeys(keys, "faulty"), links, anchors="at-"))
    for key, link in zip((lane, flow, "B2"), picture.iter(f"{SVG}a"), strict=True):
        assert link.get("href") == f"#about-{key}"
        (figure,) = link.iterchildren()
        assert figure.get("id") == f"at-{key}"
        assert "faulty" in figure.get("class")
        assert figure[0].text.endswith("(có lỗi)")
    bare = parsed(svg.render(qt02, links=links))
    assert not any(each.get("id") for each in bare.iter(f"{SVG}g"))


def test_a_linked_element_leads_to_its_address(qt02: Drawing) -> None:
    picture = parsed(svg.render(qt02, links={"B2": "/viec/7?a=1&b=2"}))
    (link,) = picture.iter(f"{SVG}a")
    assert link.get("href") == "/viec/7?a=1&b=2"
    assert link[0].get("data-element") == "B2"
    assert picture.get("role") == "group"


def test_the_time_allowed_stands_in_the_box(qt02: Drawing) -> None:
    picture = parsed(svg.render(qt02))
    shown = {key: " ".join(group(picture, key).itertext()) for key in ("B1b", "B2", "B18", "B22")}
    assert "0,5 ngày làm việc" in shown["B1b"]
    assert "2 ngày làm việc" in shown["B2"]
    assert "22 ngày làm việc" in shown["B18"]
    assert "theo giấy hẹn" in shown["B22"]


def test_names_of_the_drawing_fit_their_boxes_uncut(drawing: Drawing) -> None:
    assert lettering.ELLIPSIS not in "".join(parsed(svg.render(drawing)).itertext())


def test_a_drawing_without_any_place_is_still_shown(qt02: Drawing) -> None:
    bare = replace(qt02, places={}, routes={}, labels={})
    picture = parsed(svg.render(bare))
    assert len([g for g in picture.iter(f"{SVG}g") if g.get("data-element")]) == len(qt02.nodes)
    spots = placing.picture(bare).nodes.values()
    assert len({(spot.x, spot.y) for spot in spots}) == len(qt02.nodes)


def test_an_element_without_place_is_set_below_the_rest(qt02: Drawing) -> None:
    places = {key: place for key, place in qt02.places.items() if key != "B7"}
    found = placing.picture(replace(qt02, places=places))
    assert found.nodes["B7"].y > max(p.y + p.height for p in places.values())


def test_a_flow_with_one_point_runs_from_edge_to_edge(qt02: Drawing) -> None:
    routes = {**qt02.routes, "F_B2_G2": qt02.routes["F_B2_G2"][:1]}
    found = placing.picture(replace(qt02, routes=routes))
    assert found.routes["F_B2_G2"] == qt02.routes["F_B2_G2"]


def test_every_kind_of_element_can_be_drawn() -> None:
    nodes = {kind.value: Node(kind.value, f"Tên {kind}", kind, "x", 1) for kind in Kind}
    nodes["timer_boundary"] = replace(nodes["timer_boundary"], attached_to="user_task")
    flows = {
        "self": Flow("self", "", "user_task", "user_task", None, 1),
        "lost": Flow("lost", "", "user_task", "nowhere", None, 1),
    }
    drawing = Drawing("k", "Thử", 1, "", {}, {}, nodes, flows)
    picture = parsed(svg.render(drawing, dict.fromkeys(nodes, "overdue")))
    assert len(list(picture.iter(f"{SVG}g"))) >= len(nodes)


def test_an_empty_drawing_is_an_empty_picture() -> None:
    parsed(svg.render(Drawing("k", "", 1, "", {}, {}, {}, {})))


def test_names_are_written_as_text_whatever_they_hold() -> None:
    node = Node("x", "<script>&\"'\x07 ]]>", Kind.USER_TASK, "userTask", 1)
    picture = parsed(svg.render(Drawing("k", "<&>", 1, "", {}, {}, {"x": node}, {})))
    assert "<script>&\"' ]]>" in titles(picture)


def test_long_words_are_broken_and_long_names_cut() -> None:
    assert all(lettering.width(line, 10) <= 40 for line in lettering.wrap("x" * 50, 40, 10))
    _, lines = lettering.fit("một tên rất dài " * 20, 60, 30, (12, 10))
    assert len(lines) == 2
    assert lines[-1].endswith(lettering.ELLIPSIS)


def test_decomposed_letters_are_as_wide_as_composed_ones() -> None:
    assert lettering.width("ệ", 10) == lettering.width("ệ", 10) == lettering.width("e", 10)


def test_a_file_without_a_diagram_is_shown(path: Path) -> None:
    root = etree.parse(str(path)).getroot()
    for diagram in root.findall("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram"):
        root.remove(diagram)
    parsed(svg.render(read_drawing(etree.tostring(root), path.name)))


@pytest.mark.parametrize("seed", range(25))
def test_whatever_became_of_a_drawing_findings_lead_to_figures_that_are_there(seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    content = mutations.mutate(QT02_FILE.read_bytes(), chance, most=20)
    try:
        drawing = read_tree(content, "").drawing
    except DrawingRefused:
        return
    keys = drawn(drawing)
    links = {key: f"#about-{key}" for key in keys}
    picture = parsed(svg.render(drawing, dict.fromkeys(keys, "faulty"), links, anchors="at-"))
    there = {figure.get("id") for figure in picture.iter(f"{SVG}g")}
    assert {f"at-{key}" for key in keys} <= there


def test_events_bear_the_signs_that_they_are_drawn_with() -> None:
    events = {
        "S": ("startEvent", "message", False),
        "M": ("intermediateThrowEvent", "signal", True),
        "E": ("endEvent", "terminate", True),
        "E2": ("endEvent", "signal", True),
    }
    text = sketch.process(*(sketch.event(tag, key, of) for key, (tag, of, _) in events.items()))
    picture = parsed(svg.render(read_drawing(text, "x.bpmn")))
    for key, (_, of, filled) in events.items():
        (sign,) = group(picture, key).iter(f"{SVG}path")
        assert sign.get("d") == signs.EVENTS[f"{of}EventDefinition"].path
        assert (sign.get("fill") != "none") is filled


def test_an_event_that_says_nothing_more_bears_no_sign() -> None:
    picture = parsed(svg.render(read_drawing(sketch.process(sketch.end()), "x.bpmn")))
    assert list(group(picture, "E").iter(f"{SVG}path")) == []
