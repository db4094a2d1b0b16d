"""Case search shows what one may know of, the latest first."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine.domain.access import SUPERVISOR, Actor
from engine.domain.errors import Misuse
from engine.persistence import cases
from engine.persistence.caselists import search_cases
from engine.persistence.people import actor_of
from engine.persistence.queues import MOST_QUEUES
from engine.persistence.searching import endings, haystack
from tests.persistence.town import SPECIALIST, TODAY, Town


def codes(session: Session, actor: Actor, query: str = "") -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        page = search_cases(session, actor, query, after, 2)
        found += [line.code[-1] for line in page.lines]
        after = page.after
        if after is None:
            return found


@pytest.fixture
def three(session: Session, town: Town) -> None:
    """1 and 3 in An Phú, 3 in the department too; 2 in Bình Hòa."""
    town.case("Nguyễn Văn An")
    town.case("Nguyễn Thị Bình", unit_id=town.binh_hoa)
    third = town.case("Trần Văn An")
    cases.note_units(session, third.id, [town.department])


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("few", [0, 500])
def test_one_sees_the_cases_of_ones_units(
    session: Session, town: Town, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.persistence.searching.FEW", few)
    lan = actor_of(session, town.officer("lan", (SPECIALIST, town.an_phu)), TODAY)
    both = (SPECIALIST, town.an_phu), (SPECIALIST, town.department)
    minh = actor_of(session, town.officer("minh", *both), TODAY)
    boss = actor_of(session, town.officer("giam", (SUPERVISOR, town.province)), TODAY)
    nobody = actor_of(session, town.officer("charlie"), TODAY)
    many = Actor(1, "x", supervised=boss.supervised | set(range(1000, 1000 + MOST_QUEUES)))
    assert codes(session, lan) == ["3", "1"]
    assert codes(session, minh) == ["3", "1"]
    assert codes(session, boss) == codes(session, many) == ["3", "2", "1"]
    assert codes(session, nobody) == []
    assert codes(session, lan, "nguyen") == ["1"]
    assert codes(session, boss, "nguyễn") == codes(session, many, "nguyễn") == ["2", "1"]
    assert codes(session, minh, "van an") == ["3", "1"]
    assert codes(session, lan, "AP-2026-000002") == []
    assert codes(session, boss, "ap-2026-000002") == ["2"]


@pytest.mark.usefixtures("three")
def test_a_line_says_everything_the_page_shows(session: Session, town: Town) -> None:
    lan = actor_of(session, town.officer("lan", (SPECIALIST, town.binh_hoa)), TODAY)
    (line,) = search_cases(session, lan).lines
    assert (line.applicant, line.unit_name) == ("Nguyễn Thị Bình", "UBND xã Bình Hòa")
    assert (line.procedure_name, line.version_number) == ("Cấp đổi Bằng", 1)
    with pytest.raises(Misuse):
        search_cases(session, lan, after="x")


def test_a_case_is_written_down_from_each_word_on() -> None:
    assert endings("AP-2026-000120", "Đỗ Thị  Ân", "") == {
        "ap-2026-000120",
        "2026-000120",
        "000120",
        "120",
        "do thi an",
        "thi an",
        "an",
    }
    text = haystack("AP-2026-000120", "Đỗ Thị Ân", "")
    assert all(f" {ending}" in text for ending in endings("AP-2026-000120", "Đỗ Thị Ân", ""))
