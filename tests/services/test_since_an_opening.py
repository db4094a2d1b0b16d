"""Steps whose time is counted from the opening of an earlier step (`20 ngày kể từ A`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from engine.domain.explanations import Explanation
from engine.persistence.tables import TaskRow
from engine.persistence.versions import VersionTexts, save_version
from engine.services import timers
from tests.bpmn_execution import drawn
from tests.domain.vietnamese_time import shown
from tests.factories import World
from tests.services.drawings import COUNTER, FORM, file, finish, publish
from tests.services.test_calendar_changes import confirmed, off
from tests.services.test_importing import PLAIN, bring
from tests.services.test_moving import finish as carry_out

SINCE_A = "20 ngày kể từ A"


def notes(task: TaskRow) -> list[str]:
    assert task.due_explanation is not None
    return [str(note) for note in Explanation.from_json(task.due_explanation).notes]


def after_days(town: World, case_id: int, element: str, days: int) -> None:
    town.clock.advance(timedelta(days=days))
    finish(town, case_id, element)


def in_a_row(town: World, *parts: str, line: str, lanes: str) -> int:
    """A dossier, filed on Monday 2 March, on a drawing that is one line of steps."""
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        *parts,
        drawn.end(),
        drawn.line("S", "N", *line.split(), "E"),
        lanes={COUNTER: lanes},
    )
    return file(town).id


def test_the_days_run_from_the_opening_of_the_earlier_step(town: World) -> None:
    case_id = in_a_row(
        town,
        drawn.user("A", due="5 ngày", name="Thẩm định"),
        drawn.user("B", due=SINCE_A),
        drawn.user("C", due="cùng hạn B"),
        line="A B C",
        lanes="A B C",
    )
    after_days(town, case_id, "A", 4)
    step = town.task(case_id, "B")
    assert shown(step.opened_at)[:10] == "2026-03-06"
    # the 22nd is a Sunday
    assert (step.due_text, shown(step.due_at)) == (SINCE_A, "2026-03-23 17:00")
    assert notes(step)[0] == "Tính kể từ khi mở bước A – Thẩm định."
    assert shown(Explanation.from_json(step.due_explanation).start)[:10] == "2026-03-02"
    after_days(town, case_id, "B", 1)
    assert shown(town.task(case_id, "C").due_at) == "2026-03-23 17:00"


def test_working_days_run_from_the_moment_it_opened(town: World) -> None:
    case_id = in_a_row(
        town,
        drawn.user("A", due="5 ngày làm việc"),
        drawn.user("B", due="10 ngày làm việc kể từ A"),
        line="A B",
        lanes="A B",
    )
    after_days(town, case_id, "A", 1)
    assert shown(town.task(case_id, "B").due_at) == "2026-03-16 08:00"


def test_a_step_that_opened_again_counts_from_the_first_time(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A"),
        drawn.gateway("exclusive", "G", default="on"),
        drawn.user("B", due=SINCE_A),
        drawn.end(),
        drawn.line("S", "N", "A", "G"),
        drawn.flow("G", "A", "lan_thu == 1"),
        drawn.flow("G", "B", key="on"),
        drawn.line("B", "E"),
        lanes={COUNTER: "A B"},
    )
    case_id = file(town).id
    after_days(town, case_id, "A", 2)
    after_days(town, case_id, "A", 2)
    assert shown(town.task(case_id, "B").due_at) == "2026-03-23 17:00"


def test_a_timer_opens_too(town: World) -> None:
    case_id = in_a_row(
        town,
        drawn.timer("T", "3 ngày"),
        drawn.user("B", due="20 ngày kể từ T"),
        line="T B",
        lanes="T B",
    )
    town.clock.advance(timedelta(days=5))
    assert timers.fire_due(town.app).fired == 1
    assert shown(town.task(case_id, "B").due_at) == "2026-03-23 17:00"


def test_a_step_that_was_never_open_leaves_the_days_to_begin_now(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.gateway("exclusive", "G"),
        drawn.user("A", name="Xác minh"),
        drawn.user("B", due=SINCE_A),
        drawn.end(),
        drawn.line("S", "N", "G"),
        drawn.flow("G", "A", "huong == 'dai'"),
        drawn.flow("G", "B", "huong == 'ngan'"),
        drawn.line("A", "B", "E"),
        lanes={COUNTER: "A B"},
    )
    step = town.task(file(town).id, "B")
    assert shown(step.due_at) == "2026-03-23 17:00"
    assert notes(step)[0] == ("Hồ sơ không đi qua bước A – Xác minh, nên tính từ lúc mở bước này.")


def test_such_a_date_goes_with_the_calendar_and_keeps_its_reason(town: World) -> None:
    case_id = in_a_row(
        town,
        drawn.user("A"),
        drawn.user("B", due=SINCE_A),
        drawn.user("C", due="cùng hạn B"),
        line="A B C",
        lanes="A B C",
    )
    after_days(town, case_id, "A", 4)
    confirmed(town, off("2026-03-23", reason="Nghỉ thêm"))
    carry_out(town)
    step = town.task(case_id, "B")
    assert (step.due_text, shown(step.due_at)) == (SINCE_A, "2026-03-24 17:00")
    assert notes(step)[0] == "Tính kể từ khi mở bước A – A."
    after_days(town, case_id, "B", 1)
    assert shown(town.task(case_id, "C").due_at) == "2026-03-24 17:00"


def test_a_called_drawing_counts_from_its_own_steps(town: World) -> None:
    inner = drawn.process(
        drawn.start("s"),
        drawn.user("A", name="Trong phần chung"),
        drawn.user("B", due=SINCE_A),
        drawn.end("e"),
        drawn.line("s", "A", "B", "e"),
        key="chung",
        lanes={COUNTER: "A B"},
    )
    outer = drawn.process(
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A", name="Bước trùng mã"),
        drawn.call("K", "chung"),
        drawn.end(),
        drawn.line("S", "N", "A", "K", "E"),
        key="thu",
        lanes={"Tổ chức, cá nhân": "N", COUNTER: "A K"},
    )
    with town.act() as act:
        texts = VersionTexts(drawing=outer, called={"chung": inner}, forms={"don": FORM})
        save_version(
            act.session, "thu", "Thử", texts,
            effective_from=None, effective_to=None, now=act.now, deployed_by="thử",
        )  # fmt: skip
    case_id = file(town).id
    after_days(town, case_id, "A", 7)  # the outer A: from Monday 2 to Monday 9 March
    after_days(town, case_id, "A", 1)  # the inner one
    step = town.task(case_id, "B")
    assert shown(step.due_at) == "2026-03-30 17:00"  # the 29th is a Sunday
    assert notes(step)[0] == "Tính kể từ khi mở bước A – Trong phần chung."


def test_of_a_step_done_before_the_import_the_receipt_stands_for_the_opening(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A"),
        drawn.user("B", due=SINCE_A),
        drawn.end(),
        drawn.line("S", "N", "A", "B", "E"),
        lanes={COUNTER: "A B"},
    )
    paper = replace(PLAIN, procedure="thu", step="B", filed=date(2026, 2, 3))
    [case_id] = bring(town, paper)
    assert shown(town.task(case_id, "B").due_at) == "2026-02-23 17:00"
