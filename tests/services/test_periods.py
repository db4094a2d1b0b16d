"""Several versions of one procedure: handed in together, one after the other, and in force."""

from __future__ import annotations

from datetime import date

import pytest

from engine.bpmn.layout import laid_out
from engine.domain.errors import DrawingRefused
from engine.persistence.versions import version_in_force, version_texts, versions
from engine.services import deploying, shipping
from tests.bpmn_execution import drawn
from tests.factories import World
from tests.services.drawings import FORM

KEY = "nd131-d75"
LANES = {"Tổ chức, cá nhân": "S N", "Trung tâm Phục vụ hành chính công cấp xã": "B E"}
THREE_LEVEL, TWO_LEVEL = ("2022-02-15", "2025-07-01"), ("2025-07-01", "")


def version(name: str, starts: str = "", ends: str = "", key: str = KEY) -> bytes:
    """A filing and one step called `name`, in force in the period."""
    period = {"effective_from": starts, "effective_to": ends}
    content = drawn.process(
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("B", name=name),
        drawn.end(),
        *drawn.line("S", "N", "B", "E"),
        key=key,
        lanes=LANES,
        **{name: day for name, day in period.items() if day},
    )
    return laid_out(content, "x.bpmn")


THREE = ("d75-ban-3-cap.bpmn", version("Cấp huyện xét", *THREE_LEVEL))
TWO = ("d75.bpmn", version("Cấp xã xét", *TWO_LEVEL))
DON = ("don.form", FORM.encode())


def deploy(town: World, *files: tuple[str, bytes], reason: str = "") -> list[tuple[int, bool]]:
    with town.act("vinh") as act:
        done = deploying.deploy(act, [*files, DON], reason)
        return [(one.number, one.new) for one in done]


def refused(town: World, *files: tuple[str, bytes]) -> list[tuple[str, str | None, str, str]]:
    with pytest.raises(DrawingRefused) as error, town.act("vinh") as act:
        deploying.deploy(act, [*files, DON], "Thử.")
    found = error.value.findings
    return [(f.rule, f.element, str(f.message), str(f.remedy)) for f in found]  # type: ignore[attr-defined]


def in_force(town: World, day: str) -> int | None:
    with town.act(write=False) as act:
        row = version_in_force(act.session, KEY, date.fromisoformat(day))
        return row.number if row else None


@pytest.mark.parametrize("files", [(THREE, TWO), (TWO, THREE)])
def test_versions_are_numbered_by_their_periods(small_town: World, files) -> None:
    assert deploy(small_town, *files) == [(1, True), (2, True)]
    days = {"2022-02-14": None, "2022-02-15": 1, "2025-06-30": 1, "2025-07-01": 2, "2030-01-01": 2}
    assert {day: in_force(small_town, day) for day in days} == days
    assert deploy(small_town, *files) == [(1, False), (2, False)]
    assert deploy(small_town, THREE) == [(1, False)]  # it says itself when it ends
    with small_town.act(write=False) as act:
        assert len(versions(act.session, KEY)) == 2


def test_an_open_version_ends_where_the_one_handed_in_with_it_begins(small_town: World) -> None:
    open_end = ("cu.bpmn", version("Cấp huyện xét", "2022-02-15"))
    assert deploy(small_town, TWO, open_end) == [(1, True), (2, True)]
    with small_town.act(write=False) as act:
        second, first = versions(act.session, KEY)
        assert (first.effective_to, second.effective_to) == (date(2025, 7, 1), None)
    assert deploy(small_town, TWO, open_end) == [(1, False), (2, False)]
    ((rule, *_),) = refused(small_town, open_end)  # alone it would be put back in force
    assert rule == "replaced-before"


def test_two_in_force_on_one_day_are_refused_with_both_files(small_town: World) -> None:
    late = ("cu.bpmn", version("Cấp huyện xét", "2022-02-15", "2025-09-01"))
    ((rule, element, message, remedy),) = refused(small_town, TWO, late)
    assert (rule, element) == ("period-overlap", KEY)
    assert "01/07/2025 đến 01/09/2025" in message
    assert "cu.bpmn" in remedy
    assert "d75.bpmn" in remedy
    same = ("moi.bpmn", version("Khác", "2025-07-01"))
    ((rule, *_),) = refused(small_town, TWO, same)
    assert rule == "same-key"
    assert in_force(small_town, "2026-01-01") is None


def test_a_hole_between_two_handed_in_is_refused(small_town: World) -> None:
    early = ("cu.bpmn", version("Cấp huyện xét", "2022-02-15", "2025-06-01"))
    ((rule, element, message, _),) = refused(small_town, TWO, early)
    assert (rule, element) == ("period-hole", KEY)
    assert "01/06/2025" in message
    assert in_force(small_town, "2023-01-01") is None


def test_the_past_is_not_filled_afterwards(small_town: World) -> None:
    assert deploy(small_town, TWO) == [(1, True)]
    ((rule, element, message, remedy),) = refused(small_town, THREE)
    assert (rule, element) == ("period-past", KEY)
    assert "01/07/2025" in message
    assert "nộp các bản của mọi thời kỳ" in remedy
    found = refused(small_town, THREE, TWO)
    assert [one[0] for one in found] == ["period-past"]


def test_a_third_period_follows_both(small_town: World) -> None:
    third = ("moi.bpmn", version("Ba", "2027-01-01"))
    assert deploy(small_town, third, THREE, TWO) == [(1, True), (2, True), (3, True)]
    assert in_force(small_town, "2026-12-31") == 2
    assert in_force(small_town, "2027-01-01") == 3


def test_an_end_in_the_past_needs_a_beginning(small_town: World) -> None:
    ((rule, *_),) = refused(small_town, ("cu.bpmn", version("Cũ", "", "2022-02-15")))
    assert rule == "period-empty"


def test_a_bad_drawing_between_two_periods_tells_everything(small_town: World) -> None:
    bad = ("cu.bpmn", version("Cũ", "2022-02-15", "2025-06-01").replace(b'"don"', b'"khong-co"'))
    found = {one[0] for one in refused(small_town, TWO, bad)}
    assert found == {"unknown-form", "period-hole"}


def test_a_called_drawing_is_the_one_in_force(small_town: World) -> None:
    caller = drawn.process(
        drawn.start(),
        drawn.user("N", form="don"),
        '<bpmn:callActivity id="B" calledElement="nd131-d75"/>',
        drawn.end(),
        *drawn.line("S", "N", "B", "E"),
        key="goi",
        lanes=LANES,
    )
    with small_town.act("vinh") as act:
        done = deploying.deploy(
            act, [THREE, ("goi.bpmn", laid_out(caller, "goi.bpmn")), TWO, DON], ""
        )
        pinned = {one.key: version_texts(act.session, one.version.id).called for one in done}
    assert pinned["goi"] == {KEY: TWO[1]}


def test_a_start_ships_both_versions_and_the_closed_procedure_once(small_town: World) -> None:
    closed = ("nd31.bpmn", version("Xác minh", "2013-06-01", "2022-02-15", key="nd31"))
    files = [TWO, closed, THREE, DON]
    shipped = [shipping.Shipped(KEY, 1, True), shipping.Shipped(KEY, 2, True)]
    shipped.append(shipping.Shipped("nd31", 1, True))
    with small_town.act() as act:
        assert shipping.deploy_missing(act, files, "Đi kèm") == shipped
    with small_town.act() as act:
        again = shipping.deploy_missing(act, files, "Đi kèm")
    assert again == [shipping.Shipped(KEY, 2, False), shipping.Shipped("nd31", 1, False)]
