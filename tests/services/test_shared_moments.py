"""Steps that share the moment of a step inside a called drawing (`cùng hạn K/A`)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.bpmn.budgets.budgeting import budget
from engine.bpmn.pictures import telling
from engine.persistence.tables import CaseRow
from engine.persistence.versions import VersionTexts, save_version
from engine.services import viewing
from engine.services.calendar_preview import affected
from engine.services.shifting import planned
from tests.bpmn_execution import drawn
from tests.domain.vietnamese_time import shown
from tests.factories import World
from tests.services.drawings import COUNTER, FORM, SPECIALIST, file
from tests.services.test_agreement import follow, rehearsed
from tests.services.test_calendar_changes import confirmed, off
from tests.services.test_moving import finish as carry_out
from tests.services.test_since_an_opening import after_days, notes

INNER = drawn.process(
    drawn.start("s"),
    drawn.user("A", due="12 ngày", name="Họp Hội đồng"),
    drawn.user("C", due="2 ngày làm việc"),
    drawn.end("e"),
    drawn.line("s", "A", "C", "e"),
    key="chung",
    lanes={COUNTER: "A C"},
)
MIDDLE = drawn.process(
    drawn.start("s"),
    drawn.call("M", "chung"),
    drawn.end("e"),
    drawn.line("s", "M", "e"),
    key="giua",
    lanes={COUNTER: "M"},
)


def shared(
    town: World, due: str = "cùng hạn K/A", called: str = "chung", at: str = SPECIALIST
) -> tuple[CaseRow, bytes]:
    """A dossier, filed on Monday 2 March 2026, that goes through A and C inside K, then to B."""
    outer = drawn.process(
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.call("K", called),
        drawn.user("B", due=due, name="Gửi hồ sơ"),
        drawn.end(),
        drawn.line("S", "N", "K", "B", "E"),
        key="thu",
        lanes={"Tổ chức, cá nhân": "N", COUNTER: "K", at: "B"},
        legal_term="30 ngày",
    )
    with town.act() as act:
        texts = VersionTexts(
            drawing=outer, called={"chung": INNER, "giua": MIDDLE}, forms={"don": FORM}
        )
        save_version(
            act.session, "thu", "Thử", texts,
            effective_from=None, effective_to=None, now=act.now, deployed_by="thử",
        )  # fmt: skip
    return file(town), outer


def through(town: World, case: CaseRow) -> None:
    after_days(town, case.id, "A", 3)
    after_days(town, case.id, "C", 1)


def test_a_step_behind_a_call_shares_the_moment_of_a_step_inside(town: World) -> None:
    case, _ = shared(town)
    through(town, case)
    step = town.task(case.id, "B")
    assert (step.due_text, shown(step.due_at)) == ("cùng hạn K/A", "2026-03-16 17:00")
    assert step.due_at == town.task(case.id, "A").due_at  # the 14th is a Saturday
    assert notes(step)[0] == "Cùng hạn với bước “Họp Hội đồng”."
    with town.act("binh", write=False) as act:
        term = viewing.task_page(act, step.id).term
    assert str(term) == "cùng hạn với “Họp Hội đồng”"


def test_two_calls_deep(town: World) -> None:
    case, _ = shared(town, "cùng hạn K/M/A", "giua")
    through(town, case)
    assert shown(town.task(case.id, "B").due_at) == "2026-03-16 17:00"


def test_it_goes_with_the_calendar_of_the_step_inside(town: World) -> None:
    case, _ = shared(town)
    through(town, case)
    confirmed(town, off("2026-03-16", reason="Nghỉ thêm"))
    carry_out(town)
    step = town.task(case.id, "B")
    assert shown(step.due_at) == "2026-03-17 17:00"
    assert notes(step)[0] == "Cùng hạn với bước “Họp Hội đồng”."


@pytest.mark.parametrize(("unit", "due"), [("snv", "2026-03-16"), ("ap", "2026-03-17")])
def test_it_goes_by_the_calendar_of_the_office_that_had_the_step_inside(
    town: World, unit: str, due: str
) -> None:
    """B stands at the Sở, A stood at An Phú: a closure of An Phú moves B, the other does not."""
    case, _ = shared(town, at="cv-ncc-snv")
    through(town, case)
    assert town.task(case.id, "B").unit_id == town.units["snv"]
    days = off("2026-03-16", reason="Bão")
    with town.act("uyen", write=False) as act:
        foreseen = affected(act, planned(act, days, town.units[unit]))
        moves = [one.name for each in foreseen for one in each.moves if one.name]
    assert moves == (["Gửi hồ sơ"] if unit == "ap" else [])
    confirmed(town, days, unit)
    carry_out(town)
    assert shown(town.task(case.id, "B").due_at) == f"{due} 17:00"


def test_the_calendar_moves_what_is_remembered_before_the_step_opens(town: World) -> None:
    case, _ = shared(town)
    after_days(town, case.id, "A", 3)
    confirmed(town, off("2026-03-16", reason="Nghỉ thêm"))
    carry_out(town)
    after_days(town, case.id, "C", 1)
    assert shown(town.task(case.id, "B").due_at) == "2026-03-17 17:00"


def test_it_goes_as_it_was_rehearsed(town: World) -> None:
    case, _ = shared(town)
    given = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    story = rehearsed(town, case, given, {})
    assert [step.element for step in story.steps] == ["N", "A", "C", "B"]
    assert story.steps[-1].due == story.steps[1].due
    follow(town, case, story, {})


def test_the_budget_counts_the_time_once(small_town: World) -> None:
    _, outer = shared(small_town)
    (path,) = budget(outer, small_town.app.roles, Fraction(8), {"chung": INNER}).paths
    assert path.total.only is not None
    assert (path.total.only.days, path.total.only.working_days) == (12, 2)


def test_the_page_of_a_dossier_names_the_step_before_it_opens(small_town: World) -> None:
    case, _ = shared(small_town)
    with small_town.act("hoa", write=False) as act:
        page = viewing.case_page(act, case.id)
    told = {
        node.id: telling.allowed(page.drawing, node.due, page.drawings)
        for node in page.drawing.nodes.values()
    }
    assert told["B"].same_as == "Họp Hội đồng"
