"""One dossier in memory on the real calendar: moments worked out by hand."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.domain.clock import ZONE, local
from engine.domain.errors import Misuse
from engine.services.rehearsal import Rehearsal
from engine.services.rehearsing import rehearse
from tests.bpmn_execution.drawn import (
    boundary,
    end,
    flow,
    gateway,
    handler,
    line,
    process,
    receive,
    start,
    timer,
    user,
)

XA, SO = "Văn thư UBND cấp xã", "Văn thư Sở Nội vụ"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def no_form(_: str) -> None:
    return None


@pytest.fixture
def run(calendar, roles):
    def run(drawing: bytes, when: str, forms=no_form, waits=None, **given) -> Rehearsal:
        return rehearse(drawing, {}, {}, forms, at(when), calendar, roles, given, waits)

    return run


def finished(rehearsal: Rehearsal) -> dict[str, str]:
    return {s.element: f"{local(s.finished):%Y-%m-%dT%H:%M}" for s in rehearsal.steps}


def test_tasks_finish_at_their_deadline_fractions_exactly_then(run):
    drawing = process(
        start(),
        user("A", due="0,5 ngày làm việc"),
        user("B", due="3 giờ làm việc"),
        user("C", due="1,25 ngày làm việc"),
        end(),
        line("S", "A", "B", "C", "E"),
        lanes={XA: "S A C E", SO: "B"},
    )
    found = run(drawing, "2026-03-02T10:00")  # a Monday
    assert finished(found) == {
        "A": "2026-03-02T15:30",
        "B": "2026-03-03T09:00",
        "C": "2026-03-04T11:00",
    }
    assert local(found.end) == at("2026-03-04T11:00")
    assert {k: str(v) for k, v in found.authorities.items()} == {
        "ubnd-cap-xa": "1,75 ngày làm việc",
        "so-noi-vu": "0,375 ngày làm việc",
    }
    assert not any(step.late for step in found.steps)


def test_undated_steps_and_waits_take_no_time_unless_they_are_told_to(run):
    drawing = process(
        start(),
        user("A"),
        receive("R"),
        user("B", due="1 ngày làm việc"),
        end(),
        line("S", "A", "R", "B", "E"),
        lanes={XA: "S A B E", SO: "R"},
    )
    assert finished(run(drawing, "2026-03-02T10:00")) == {
        "A": "2026-03-02T10:00",
        "R": "2026-03-02T10:00",
        "B": "2026-03-03T10:00",
    }
    found = run(drawing, "2026-03-02T10:00", waits={"R": "3 ngày", "B": "2 ngày làm việc"})
    assert finished(found) == {
        "A": "2026-03-02T10:00",
        "R": "2026-03-05T17:00",
        "B": "2026-03-09T17:00",
    }
    assert [s.late for s in found.steps] == [False, False, True]
    assert str(found.total) == "2 ngày làm việc + 3 ngày"


def test_a_deadline_past_on_opening_finishes_on_opening_and_is_late(run):
    drawing = process(
        start(),
        user("A", due="1 ngày làm việc"),
        timer("T", "10 ngày", due="4 ngày làm việc"),
        user("B", due="cùng hạn T"),
        end(),
        line("S", "A", "T", "B", "E"),
        lanes={XA: "S A T B E"},
    )
    found = run(drawing, "2026-03-02T10:00")
    assert finished(found) == {
        "A": "2026-03-03T10:00",
        "T": "2026-03-14T00:00",  # ten full days after the 3rd
        "B": "2026-03-14T00:00",
    }
    b = found.steps[-1]
    assert b.late
    assert b.due is not None
    assert local(b.due) == at("2026-03-09T10:00")
    assert str(found.total) == "5 ngày làm việc"


def term_drawing(**properties: str) -> bytes:
    return process(
        start(),
        user("F"),
        user("A", due="1 ngày làm việc", acceptance="true"),
        receive("W", clock="paused"),
        user("B", due="2 ngày làm việc"),
        user("C", due="theo giấy hẹn"),
        end(),
        line("S", "F", "A", "W", "B", "C", "E"),
        lanes={XA: "S F A B C E", SO: "W"},
        **{"legal_term": "4 ngày làm việc", **properties},
    )


def test_the_legal_term_runs_from_acceptance_and_ends_with_the_day(run):
    found = run(term_drawing(), "2026-03-02T10:00")
    assert found.accepted is not None
    assert local(found.accepted) == at("2026-03-03T10:00")
    assert found.term is not None
    assert local(found.term.deadline.due_at) == at("2026-03-09T17:00")
    assert found.term.within
    assert local(found.ready) == at("2026-03-05T10:00")
    assert local(found.end) == at("2026-03-09T17:00")  # handed out on the promised date


def test_a_pause_moves_the_term(run):
    found = run(term_drawing(), "2026-03-02T10:00", waits={"W": "5 ngày"})
    assert [(local(p.starts_at), p.ends_at and local(p.ends_at)) for p in found.pauses] == [
        (at("2026-03-03T10:00"), at("2026-03-09T17:00"))  # 8 March is a Sunday
    ]
    assert found.term is not None
    assert local(found.term.deadline.due_at) == at("2026-03-13T17:00")
    assert found.term.within


def test_a_term_that_cannot_be_kept_is_told(run):
    found = run(term_drawing(legal_term="1 ngày làm việc"), "2026-03-02T10:00")
    assert found.term is not None
    assert not found.term.within
    assert found.steps[-1].late


def test_a_term_is_evaluated_anew_after_each_step(run):
    text = "9 ngày làm việc khi kho; 4 ngày làm việc"
    assert run(term_drawing(legal_term=text), "2026-03-02T10:00").term.text == "4 ngày làm việc"
    found = run(term_drawing(legal_term=text), "2026-03-02T10:00", kho="true")
    assert found.term.text == "9 ngày làm việc"


def test_without_a_stated_term_there_is_none(run):
    drawing = process(
        start(),
        user("A", due="theo giấy hẹn"),
        end(),
        line("S", "A", "E"),
        lanes={XA: "S A E"},
    )
    found = run(drawing, "2026-03-02T10:00")
    assert found.term is None
    assert local(found.end) == at("2026-03-02T10:00")


def test_a_boundary_timer_that_elapses_first_withdraws_the_work(run):
    drawing = process(
        start(),
        user("A", due="30 ngày"),
        boundary("T", "A", "10 ngày"),
        user("L", due="1 ngày làm việc"),
        end("E"),
        end("EL"),
        line("S", "A", "E"),
        line("T", "L", "EL"),
        lanes={XA: "S A L E EL T"},
    )
    found = run(drawing, "2026-03-02T10:00")
    assert [(s.element, s.withdrawn) for s in found.steps] == [
        ("T", False),
        ("A", True),
        ("L", False),
    ]
    assert found.outcome == "EL"


def test_an_unknown_name_or_step_is_misuse(run):
    with pytest.raises(Misuse, match="bien_la"):
        run(term_drawing(), "2026-03-02T10:00", bien_la="1")
    with pytest.raises(Misuse, match="ZZ"):
        run(term_drawing(), "2026-03-02T10:00", waits={"ZZ": "3 ngày"})


def test_a_dossier_that_never_ends_is_told(run):
    drawing = process(
        start(),
        user("A"),
        gateway("exclusive", "G", default="back"),
        end(),
        line("S", "A", "G"),
        flow("G", "A", key="back"),
        flow("G", "E", "x == 'xong'"),
        lanes={XA: "S A G E"},
    )
    with pytest.raises(Misuse, match="không kết thúc"):
        run(drawing, "2026-03-02T10:00")
    assert run(drawing, "2026-03-02T10:00", x="xong").outcome == "E"


# --- Quy trình 02 across Tết 2026 (working: 10 January; off: 16 to 20 February) ------------------


def test_the_straight_dossier_takes_its_56_working_days(run, qt02, forms):
    found = run(qt02, "2026-01-05T07:30", forms)
    assert {k: float(v.working_days) for k, v in found.authorities.items()} == {
        "ubnd-cap-xa": 5,
        "so-noi-vu": 14,
        "bo-noi-vu": 37,
    }
    assert local(found.accepted) == at("2026-01-05T11:30")
    assert finished(found)["B18"] == "2026-02-23T17:00"  # 22 days with Tết between
    assert local(found.ready) == at("2026-03-27T17:00")
    assert local(found.term.deadline.due_at) == at("2026-03-30T17:00")
    assert found.term.within
    assert found.outcome == "E1"
    assert found.notes == ()


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ({"huong_giai_quyet": "giam_dinh"}, 61),
        ({"bang_mo_hu_hai": "true"}, 91.5),
        ({"bang_mo_hu_hai": "true", "huong_giai_quyet": "giam_dinh"}, 96.5),
    ],
)
def test_the_other_dossiers_agree_with_the_budget(run, qt02, forms, given, total):
    found = run(qt02, "2026-01-05T07:30", forms, **given)
    assert float(found.total.working_days) == total
    assert found.term.text == "99 ngày làm việc"
    assert found.outcome == "E1"


def test_the_posting_ends_late_where_no_holidays_stretch_its_29_working_days(run, qt02, forms):
    late = run(qt02, "2026-06-04T07:30", forms, bang_mo_hu_hai="true")  # posted on a Monday
    assert {s.element for s in late.steps if s.late} == {"B6_cho", "B6_ket_qua"}
    over_tet = run(qt02, "2026-01-05T07:30", forms, bang_mo_hu_hai="true")
    assert not any(s.late for s in over_tet.steps)


def test_given_answers_send_the_dossier_back_once(run, qt02, forms):
    found = run(
        qt02,
        "2026-01-05T07:30",
        forms,
        ket_qua_tiep_nhan="bo_sung",
        y_kien_B4="tra_lai",
        y_kien_B13b="tra_lai",
        kenh="online",
    )
    rounds = {s.element: s.round for s in found.steps}
    assert {e for e, r in rounds.items() if r == 2} == {
        *("B1a", "B1b", "B2", "B3", "B4", "B12", "B13a", "B13b")
    }
    assert next(s for s in found.steps if s.element == "B1b").due_text == "8 giờ làm việc"
    assert len(found.notes) == 3
    assert found.outcome == "E1"


def test_answers_that_nobody_gave_are_told(run, qt02, forms):
    found = run(qt02, "2026-01-05T07:30", forms, huong_giai_quyet="bo")
    told = {(d.element, d.name): d.value for d in found.defaults}
    assert told["B1b", "ket_qua_tiep_nhan"] == "du"
    assert ("B12", "huong_giai_quyet") not in told


def test_a_refused_dossier_has_no_term(run, qt02, forms):
    found = run(qt02, "2026-01-05T07:30", forms, ket_qua_tiep_nhan="tu_choi")
    assert found.outcome == "E2"
    assert found.accepted is None
    assert found.term is None
    assert found.to_json()["legal_term"] is None


def test_what_runs_beside_the_way_is_told_and_not_counted(run):
    drawing = process(
        start(),
        user("A", due="10 ngày làm việc"),
        boundary("T", "A", "mỗi 2 ngày làm việc", interrupting=False, kind="Cycle"),
        user("L", due="1 ngày làm việc"),
        user("B", due="1 ngày làm việc"),
        end("E"),
        end("EL"),
        line("S", "A", "B", "E"),
        line("T", "L", "EL"),
        handler("H", user("X"), end("EX"), line("TH", "X", "EX"), says="60 ngày"),
        handler(
            "K", user("Y"), end("EY"), line("TK", "Y", "EY"), says="${ngay}", kind="Date",
            interrupting=False,
        ),
        lanes={XA: "A T L B H K"},
    )  # fmt: skip
    found = run(drawing, "2026-03-02T08:00")
    assert found.outcome == "E"
    assert str(found.total) == "11 ngày làm việc"
    assert {(s.element, s.withdrawn) for s in found.steps if s.beside} == {
        ("T", False), ("T", True), ("L", False), ("TK", True),
    }  # fmt: skip
    assert not next(s for s in found.steps if s.element == "TH").beside
    told = " ".join(map(str, found.notes))
    assert "“T” lặp lại; diễn tập chỉ tính lần đầu" in told.replace("Hẹn giờ của ", "")
    assert "“TK” không chạy: Ngày “ngay” của hồ sơ còn trống." in told
    assert "không cộng vào tổng thời gian: L." in told


def test_a_wait_for_a_date_that_nobody_gave_takes_no_time_and_is_told(run):
    drawing = process(start(), timer("T", "${ngay}", kind="Date"), end(), line(*"STE"))
    found = run(drawing, "2026-03-02T08:00")
    assert found.end == found.start
    assert "“T” coi như không phải chờ" in str(found.notes[0])


def test_work_beside_the_way_that_fails_does_not_stop_the_rehearsal(run):
    drawing = process(
        start(),
        user("A", due="10 ngày"),
        boundary("T", "A", "1 ngày", interrupting=False),
        gateway("exclusive", "G"),
        end("E"),
        end("EL"),
        line("S", "A", "E"),
        flow("T", "G"),
        flow("G", "EL", "false"),
    )
    found = run(drawing, "2026-03-02T08:00")
    assert found.outcome == "E"
    assert {(s.element, s.withdrawn) for s in found.steps} == {("A", False), ("T", True)}
    assert "“T” không chạy: Không có lối đi nào" in str(found.notes[0])
