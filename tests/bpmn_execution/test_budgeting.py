"""Sums per authority on every way, beside the stated terms."""

from __future__ import annotations

from fractions import Fraction

from engine.services.budgeting import budget
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

EIGHT = Fraction(8)
XA, SO = "Văn thư UBND cấp xã", "Văn thư Sở Nội vụ"


def test_quy_trinh_02_counts_what_the_decision_counts(qt02, roles, forms):
    found = budget(qt02, roles, EIGHT, form=forms)
    granted = {
        (
            float(path.total.working_days),
            *(
                float(path.authorities[kind].working_days)
                for kind in ("ubnd-cap-xa", "so-noi-vu", "bo-noi-vu")
            ),
        )
        for path in found.paths
        if path.outcome == "E1"
    }
    assert granted == {(56, 5, 14, 37), (61, 5, 19, 37), (91.5, 40.5, 14, 37), (96.5, 40.5, 19, 37)}
    assert found.complete


def test_each_granted_way_of_quy_trinh_02_has_one_stated_term(qt02, roles, forms):
    for form in (forms, None):
        for path in budget(qt02, roles, EIGHT, form=form).paths:
            if path.outcome != "E1":
                continue
            applying = [term for term in path.terms if term.applies]
            assert len(applying) == 1
            straight = path.total.working_days == 56
            assert applying[0].term == ("56 ngày làm việc" if straight else "99 ngày làm việc")
            assert applying[0].difference == applying[0].amount.working_days - (
                path.total.working_days
            )
            own = {a: [t.term for t in ts if t.applies] for a, ts in path.authority_terms.items()}
            assert own["bo-noi-vu"] == ["37 ngày làm việc"]
            assert own["ubnd-cap-xa"] == ["5 ngày làm việc" if straight else "43 ngày làm việc"]


def test_the_posting_of_quy_trinh_02_counts_its_budget_and_names_its_minimum(qt02, roles, forms):
    paths = budget(qt02, roles, EIGHT, form=forms).paths
    damaged = next(p for p in paths if p.total.working_days == Fraction("91.5"))
    steps = {step.element: step for step in damaged.steps}
    assert steps["B6_cho"].amount.working_days == 29
    assert steps["B6_cho"].minimum == "40 ngày"
    assert not steps["B6_ket_qua"].amount
    assert not steps["B22"].amount


def test_calendar_days_and_working_days_are_summed_apart(roles):
    drawing = process(
        start(),
        user("A", due="2,5 ngày làm việc"),
        user("B", due="4 giờ làm việc"),
        receive("C", due="20 ngày"),
        timer("T", "10 ngày"),
        user("D", due="3 tháng"),
        end(),
        line("S", "A", "B", "C", "T", "D", "E"),
        lanes={XA: "S A B T D E", SO: "C"},
        legal_term="62 ngày + 10 ngày làm việc",
    )
    (path,) = budget(drawing, roles, EIGHT).paths
    assert str(path.total) == "3 ngày làm việc + 20 ngày + 3 tháng"
    assert {k: str(v) for k, v in path.authorities.items()} == {
        "ubnd-cap-xa": "3 ngày làm việc + 3 tháng",
        "so-noi-vu": "20 ngày",
    }
    (term,) = path.terms
    assert str(term.amount) == "10 ngày làm việc + 62 ngày"
    assert term.difference is None  # days of different kinds are never converted
    assert path.to_json(roles)["total"] == {"working_days": 3.0, "days": 20.0, "months": 3}


def test_an_alternative_that_the_way_leaves_open_is_shown_as_such(roles):
    drawing = process(
        start(),
        user("A", due="8 ngày làm việc khi gap; 2 ngày làm việc"),
        user("B", due="1 ngày làm việc khi kenh == 'online'; 3 ngày làm việc"),
        gateway("exclusive", "G"),
        end("E1"),
        end("E2"),
        line("S", "A", "B", "G"),
        flow("G", "E1", "x == 'a'"),
        flow("G", "E2", "x == 'b'"),
        lanes={XA: "S A B G E1 E2"},
        legal_term="5 ngày làm việc khi x == 'a' and gap; 20 ngày làm việc",
    )
    first, second = budget(drawing, roles, EIGHT).paths
    assert [t.applies for t in first.terms] == [None, None]
    assert [t.applies for t in second.terms] == [False, True]
    a, b = first.steps
    assert a.due == ("8 ngày làm việc", "2 ngày làm việc")
    assert a.amount.working_days == 8  # the longest that may apply
    assert b.due == ("3 ngày làm việc",)  # filed at the counter


def test_a_timer_that_interrupts_is_a_way_and_one_that_does_not_is_a_note(roles):
    drawing = process(
        start(),
        user("A", due="2 ngày làm việc"),
        boundary("I", "A", "30 ngày"),
        boundary("N", "A", "mỗi 5 ngày, 3 lần", interrupting=False, kind="Cycle"),
        user("L", due="7 ngày làm việc"),
        end("E"),
        end("EI"),
        end("EN"),
        line("S", "A", "E"),
        line("I", "EI"),
        line("N", "L", "EN"),
        handler("H", user("X", due="1 ngày làm việc"), end("EX"), line("TH", "X", "EX")),
        lanes={XA: "A I N L H"},
    )
    found = budget(drawing, roles, EIGHT)
    assert {path.outcome: str(path.total) for path in found.paths} == {
        "E": "2 ngày làm việc",
        "EI": "0 ngày làm việc",
        "EX": "1 ngày làm việc",
    }
    (note,) = found.notes
    assert "“N” không ngắt việc nào" in str(note)
