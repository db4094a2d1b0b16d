"""A procedure that begins in several places: the dossier says where, from its filing on."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.domain.clock import local
from engine.domain.errors import Misuse, NotPermitted
from engine.persistence.tables import CaseRow, JournalRow, TaskRow, TimerRow
from engine.services import filing
from tests.bpmn_execution import drawn
from tests.factories import World
from tests.services.drawings import COUNTER, FORM, finish, publish

OTHER_FORM = FORM.replace('"nguoi_ho_ten"', '"don_vi_gui"').replace("Họ và tên", "Đơn vị gửi")


def begin_in_two_places(town: World) -> None:
    publish(
        town,
        drawn.start("S1", "Người dân nộp"),
        drawn.start("S2", "Nơi khác chuyển đến", "message"),
        drawn.user("N", form="don"),
        drawn.user("M", form="chuyen"),
        drawn.user("A", due="3 ngày làm việc"),
        drawn.end(),
        drawn.line("S1", "N", "A", "E"),
        drawn.line("S2", "M", "A"),
        lanes={COUNTER: "A M"},
        forms={"chuyen": OTHER_FORM},
    )


def submit(town: World, start: str, said: dict[str, object], key: str = "k1") -> CaseRow:
    with town.act("hoa") as act:
        return filing.file_case(act, "thu", town.units["ap"], "counter", said, key, start=start)


def test_the_page_offers_the_starts_and_shows_the_form_of_the_one_chosen(town: World) -> None:
    begin_in_two_places(town)
    with town.act("hoa") as act:
        page = filing.filing_page(act, "thu")
        names = [start.name for start in page.starts]
        assert names == ["Người dân nộp", "Nơi khác chuyển đến"]
        assert page.start == ""
        page = filing.filing_page(act, "thu", start="S2")
        assert (page.start, page.node.id) == ("S2", "M")
        assert "don_vi_gui" in page.form.names
        assert filing.filing_page(act, "thu", start="S9").start == ""


@pytest.mark.parametrize(
    ("start", "said", "step"),
    [
        ("S1", {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}, "N"),
        ("S2", {"don_vi_gui": "Xã Bình Minh", "huong": "ngan"}, "M"),
    ],
)
def test_a_dossier_begins_where_it_says(
    town: World, start: str, said: dict[str, object], step: str
) -> None:
    begin_in_two_places(town)
    case = submit(town, start, said)
    assert case.data["bat_dau_tai"] == start
    with town.act("hoa") as act:
        done = act.session.scalars(
            select(TaskRow.element).where(TaskRow.case_id == case.id).order_by(TaskRow.id)
        ).all()
        assert done == [step, "A"]
        note = act.session.scalars(
            select(JournalRow).where(JournalRow.chain == case.id).order_by(JournalRow.id)
        ).first()
        assert note is not None
        assert (note.element, note.facts["bat_dau_tai"]) == (step, start)
    assert finish(town, case.id, "A", "hoa").outcome == "E"


@pytest.mark.parametrize("start", ["", "S9", "N"])
def test_a_dossier_that_does_not_say_where_it_begins_is_not_filed(town: World, start: str) -> None:
    begin_in_two_places(town)
    with pytest.raises(Misuse, match="“Người dân nộp”, “Nơi khác chuyển đến”"):
        submit(town, start, {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"})


def test_one_may_file_only_at_the_start_whose_step_is_ones_own(town: World) -> None:
    publish(
        town,
        drawn.start("S1", "Người dân nộp"),
        drawn.start("S2", "Sở mở hồ sơ"),
        drawn.user("N", form="don"),
        drawn.user("M", form="don"),
        drawn.end(),
        drawn.line("S1", "N", "E"),
        drawn.line("S2", "M", "E"),
        lanes={"mot-cua-snv": "M"},
    )
    said: dict[str, object] = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    with pytest.raises(NotPermitted):
        submit(town, "S2", said)
    assert submit(town, "S1", said, "k2").data["bat_dau_tai"] == "S1"


def test_a_terminate_end_withdraws_the_open_work_and_timers_of_the_dossier(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A"),
        drawn.user("B"),
        drawn.boundary("T", "B", interrupting=False),
        drawn.user("X"),
        drawn.end("Stop", "terminate", "Rút hồ sơ"),
        drawn.line("S", "N", "A", "Stop"),
        drawn.flow("N", "B"),
        drawn.line("T", "X"),
        lanes={COUNTER: "A B X"},
    )
    with town.act("hoa") as act:
        said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
        case = filing.file_case(act, "thu", town.units["ap"], "counter", said, "k1")
    done = finish(town, case.id, "A", "hoa")
    assert (done.state, done.outcome) == ("finished", "Stop")
    with town.act("hoa") as act:
        of_case = select(TaskRow.element, TaskRow.state).where(TaskRow.case_id == case.id)
        states = {row.element: row.state for row in act.session.execute(of_case)}
        waited = select(TimerRow.state).where(TimerRow.case_id == case.id)
        assert act.session.scalars(waited).all() == ["withdrawn"]
    assert states == {"N": "done", "A": "done", "B": "withdrawn"}


def test_where_no_end_is_drawn_the_outcome_bears_the_name_of_the_last_step(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A", name="Trả kết quả"),
        drawn.line("S", "N", "A"),
        lanes={COUNTER: "A"},
    )
    with town.act("hoa") as act:
        said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
        case = filing.file_case(act, "thu", town.units["ap"], "counter", said, "k1")
    assert finish(town, case.id, "A", "hoa").outcome == "A"
    with town.act("hoa") as act:
        last = act.session.scalars(
            select(JournalRow).where(JournalRow.chain == case.id).order_by(JournalRow.id.desc())
        ).first()
        assert last is not None
        assert (last.element, last.facts["outcome"]) == ("A", "Trả kết quả")


def test_the_expected_date_is_that_of_the_way_from_where_the_dossier_began(
    small_town: World,
) -> None:
    publish(
        small_town,
        drawn.start("S1", "Người dân nộp"),
        drawn.start("S2", "Nơi khác chuyển đến"),
        drawn.user("N", form="don"),
        drawn.user("M", form="don"),
        drawn.user("K", due="9 ngày làm việc"),
        drawn.user("A", due="1 ngày làm việc"),
        drawn.end(),
        drawn.line("S1", "N", "A", "E"),
        drawn.line("S2", "M", "K", "A"),
        lanes={COUNTER: "M A K"},
    )
    said: dict[str, object] = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    days = []
    for key, start in enumerate(("S2", "S1", "S2")):
        due = submit(small_town, start, said, f"k{key}").due_at
        assert due is not None
        days.append(f"{local(due):%d/%m}")
    assert days == ["16/03", "03/03", "16/03"]
