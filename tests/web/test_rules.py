"""The pages of the rules that drawings are checked by."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from engine.bpmn.checks import ALL_RULES
from engine.bpmn.checks.headings import heading_of
from engine.bpmn.checks.rule import Rule
from engine.bpmn.findings import Severity
from tests.pages import pages
from tests.web.conftest import Browser, title, upload, words
from tests.web.test_drawings import LATER, NEW, kept_key

INDEX = "/thu-tuc/quy-tac"


def test_all_rules_are_listed_by_what_they_speak_of(browser):
    page = browser("binh").get(INDEX)
    linked = re.findall(r'href="/thu-tuc/quy-tac/([^"]+)"', page.text)
    assert sorted(linked) == sorted(rule.id for rule in ALL_RULES)
    assert f"{len(ALL_RULES)} quy tắc" in words(page)
    assert 'href="/thu-tuc/quy-tac"' in browser("binh").get("/thu-tuc").text


def test_every_rule_stands_under_a_heading_of_its_own_subject():
    astray = {rule.find.__module__ for rule in ALL_RULES if isinstance(rule, Rule)
              and str(heading_of(rule)) == "Quy tắc khác"}  # fmt: skip
    assert astray == set()


def test_rules_are_searched_without_diacritics(browser):
    binh = browser("binh")
    found = binh.get(f"{INDEX}?q=unknown-lane")
    assert 'href="/thu-tuc/quy-tac/unknown-lane"' in found.text
    assert f"1 trong {len(ALL_RULES)} quy tắc" in words(found)
    assert "Không có quy tắc nào khớp" in words(binh.get(f"{INDEX}?q=xyzzy"))


def test_a_rule_shows_its_bad_example_with_what_is_found_of_it(browser):
    page = browser("binh").get(f"{INDEX}/unknown-lane")
    said = words(page)
    assert "Không có chức danh nào tên “Chuyên viên Sỡ”." in said
    assert "Cách sửa: Có phải là “Chuyên viên Sở”?" in said
    assert "Không đổi được" in said
    assert "<laneSet" in said
    pictures = re.findall(r"<svg.*?</svg>", page.text, re.DOTALL)
    drawn = [one for one in pictures if 'class="drawing"' in one]
    assert ['class="faulty"' in one for one in drawn] == [True, False]


def test_a_rule_is_read_in_the_language_of_the_reader(browser):
    rule = next(
        one for one in ALL_RULES if ". " in one.lesson.vietnamese and ". " in one.lesson.english
    )
    binh = browser("binh")
    assert rule.lesson.vietnamese in words(binh.get(f"{INDEX}/{rule.id}"))
    binh.post("/ngon-ngu", language="en")
    said = words(binh.get(f"{INDEX}/{rule.id}"))
    assert rule.lesson.english.rstrip(".") in said
    assert rule.lesson.vietnamese not in said


def test_there_is_no_page_of_a_rule_that_is_not(browser):
    assert browser("binh").get(f"{INDEX}/khong-co").status_code == 404


def test_rules_of_all_rooms_have_a_page(browser):
    binh = browser("binh")
    for rule in {heading_of(rule).template: rule for rule in ALL_RULES}.values():
        page = binh.get(f"{INDEX}/{rule.id}")
        assert page.status_code == 200, rule.id
        assert title(page), rule.id


@pytest.mark.parametrize(
    ("severity", "said"),
    [
        (Severity.ERROR, "Có 1 lỗi, chưa ban hành được"),
        (Severity.WARNING, "Không có lỗi, có 1 cảnh báo"),
        (None, "Bản vẽ không có lỗi"),
    ],
)
def test_rules_tuned_here_act_so_on_the_page(town, severity, said):
    content = LATER.replace(b"<bpmn:userTask ", b'<bpmn:userTask camunda:jobPriority="7" ', 1)
    vinh = signed_in(town.app)
    vinh.get(NEW)
    vinh.get(vinh.post(f"{NEW}/kiem-tra", files=upload("la.bpmn", content)).location)
    name = re.search(r"/thu-tuc/quy-tac/([a-z-]+)\"", vinh.last.text.partition("<main")[2])[1]
    tuned = signed_in(replace(town.app, severities={name: severity}))
    tuned.get(NEW)
    page = tuned.get(tuned.post(f"{NEW}/kiem-tra", files=upload("la.bpmn", content)).location)
    assert said in words(page)
    answer = tuned.post(f"{NEW}/ban-hanh", kept=kept_key(page), reason="Đã xem")
    assert answer.status_code == (422 if severity is Severity.ERROR else 302)
    shown = words(tuned.get(f"{INDEX}/{name}"))
    assert ("Ở đây được đặt lại" in shown) is (severity is not Severity.WARNING)


def signed_in(app):
    one = Browser(pages(app, {"READINGS": "at-once"}).test_client())
    assert one.sign_in("vinh").status_code == 302
    return one


def test_what_is_told_outside_the_tables_stands_beside_the_rules_of_its_subject():
    headings = {rule.id: str(heading_of(rule)) for rule in ALL_RULES}
    assert headings["decision-gap"] == headings["unknown-decision"] == "Bảng quyết định"
    assert headings["period-hole"] == headings["no-drawing"] != headings["malformed-xml"]
