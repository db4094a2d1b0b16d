"""Sums per authority on every way, beside the stated terms."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.bpmn.budgets.budgeting import budget
from tests.bpmn_execution.drawn import (
    boundary,
    end,
    flow,
    gateway,
    handler,
    line,
    process,
    receive,
    rule,
    start,
    timer,
    user,
)
from tests.bpmn_execution.test_paths_of_rule_tasks import Asks, table

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


def side_by_side(*branches: str, **properties: str) -> bytes:
    """`A` in the commune beside `B` and `B2` in the department, then `C` in the commune."""
    return process(
        start(),
        gateway("parallel", "P"),
        *branches,
        gateway("parallel", "J"),
        user("C", due="1 ngày làm việc"),
        end(),
        line("S", "P", "A"),
        line("P", "B", "B2", "J"),
        line("A", "J", "C", "E"),
        lanes={XA: "A C", SO: "B B2"},
        **properties,
    )


def test_branches_side_by_side_take_as_long_as_the_longest(roles):
    drawing = side_by_side(
        user("A", due="5 ngày làm việc"),
        user("B", due="2 ngày làm việc"),
        user("B2", due="8 giờ làm việc"),
    )
    (path,) = budget(drawing, roles, EIGHT).paths
    assert str(path.total) == "6 ngày làm việc"
    assert {k: str(v) for k, v in path.authorities.items()} == {
        "ubnd-cap-xa": "6 ngày làm việc",
        "so-noi-vu": "3 ngày làm việc",
    }
    assert {step.element: step.branch for step in path.steps} == {
        "A": "P.1", "B": "P.2", "B2": "P.2", "C": "",
    }  # fmt: skip


def test_branches_that_no_measure_compares_are_both_told(roles):
    drawing = side_by_side(
        user("A", due="5 ngày làm việc"),
        user("B", due="20 ngày"),
        user("B2", due="10 ngày"),
        legal_term="40 ngày + 6 ngày làm việc khi nhanh; 31 ngày + 5 ngày làm việc",
    )
    (path,) = budget(drawing, roles, EIGHT).paths
    assert str(path.total) == "6 ngày làm việc hoặc 1 ngày làm việc + 30 ngày"
    assert path.total.only is None
    assert path.to_json(roles)["total"] == {
        "working_days": 6.0,
        "days": 30.0,
        "months": 0,
        "one_of": [
            {"working_days": 6.0, "days": 0.0, "months": 0},
            {"working_days": 1.0, "days": 30.0, "months": 0},
        ],
    }
    assert [term.verdict for term in path.terms] == ["within", "undecided"]
    assert [term.difference for term in path.terms] == [None, None]


@pytest.mark.parametrize(
    ("stated", "verdict", "left"),
    [
        ("62 ngày + 10 ngày làm việc", "within", "1 ngày làm việc + 2 ngày"),
        ("60 ngày + 9 ngày làm việc", "within", "0 ngày làm việc"),
        ("59 ngày + 9 ngày làm việc", "exceeded", "-1 ngày"),
        ("60 ngày", "exceeded", "-9 ngày làm việc"),
        ("90 ngày + 8 ngày làm việc", "undecided", "-1 ngày làm việc + 30 ngày"),
    ],
)
def test_a_mixed_term_is_compared_measure_by_measure(stated, verdict, left, roles):
    drawing = process(
        start(),
        user("A", due="9 ngày làm việc"),
        user("B", due="60 ngày"),
        end(),
        line("S", "A", "B", "E"),
        lanes={XA: "A B"},
        legal_term=stated,
    )
    found = budget(drawing, roles, EIGHT)
    (term,) = found.paths[0].terms
    assert (term.verdict, str(term.left)) == (verdict, left)
    assert found.exceeded == (verdict == "exceeded")


def test_what_is_counted_from_an_earlier_step_counts_what_is_left(roles):
    """S2 to S4 may take 70 days together; working days do not shorten that."""
    drawing = process(
        start(),
        user("S1", due="5 ngày"),
        user("S2", due="12 ngày"),
        user("S3", due="3 ngày làm việc"),
        user("S4", due="70 ngày kể từ S2"),
        user("S5", due="60 ngày kể từ S2"),
        end(),
        line("S", "S1", "S2", "S3", "S4", "S5", "E"),
        lanes={XA: "S1 S2 S3 S4 S5"},
    )
    (path,) = budget(drawing, roles, EIGHT).paths
    counted = {step.element: str(step.amount) for step in path.steps}
    assert counted["S4"] == "58 ngày"
    assert counted["S5"] == "0 ngày làm việc"  # S2 to S4 took more already
    assert str(path.total) == "3 ngày làm việc + 75 ngày"


def test_a_step_counts_all_of_it_where_the_way_left_the_earlier_step_out(roles):
    drawing = process(
        start(),
        gateway("exclusive", "G"),
        user("S2", due="12 ngày"),
        user("S3", due="70 ngày kể từ S2"),
        end(),
        line("S", "G"),
        flow("G", "S2", "x == 1"),
        flow("G", "S3", "x == 2"),
        line("S2", "S3", "E"),
        lanes={XA: "S2 S3"},
    )
    totals = [str(path.total) for path in budget(drawing, roles, EIGHT).paths]
    assert totals == ["70 ngày", "70 ngày"]
    steps = [[str(step.amount) for step in p.steps] for p in budget(drawing, roles, EIGHT).paths]
    assert steps == [["12 ngày", "58 ngày"], ["70 ngày"]]


def test_a_block_counts_towards_what_is_left_with_its_longest_branch(roles):
    drawing = side_by_side(
        user("A", due="30 ngày"), user("B", due="10 ngày"), user("B2", due="40 ngày kể từ B")
    )
    (path,) = budget(drawing, roles, EIGHT).paths
    assert {step.element: str(step.amount) for step in path.steps}["B2"] == "30 ngày"
    assert str(path.total) == "1 ngày làm việc + 40 ngày"


def test_waits_are_told_minimum_and_undated(roles):
    drawing = process(
        start(),
        user("A"),
        receive("W"),
        receive("D", due="20 ngày"),
        timer("T", "40 ngày", due="29 ngày làm việc"),
        timer("T2", "40 ngày khi x == 1; 10 ngày"),
        end(),
        line("S", "A", "W", "D", "T", "T2", "E"),
        lanes={XA: "A T T2 W D"},
    )
    (path,) = budget(drawing, roles, EIGHT).paths
    assert (path.undated_steps, path.undated_waits) == (("A",), ("W",))
    assert str(path.minimum) == "50 ngày"  # at least: the shorter of what may hold
    assert str(path.total) == "29 ngày làm việc + 20 ngày"


def test_ways_with_the_same_sums_are_told_once(roles):
    drawing = process(
        start(),
        gateway("exclusive", "G"),
        user("A", due="2 ngày"),
        user("B", due="2 ngày"),
        user("C", due="3 ngày"),
        end("E1"),
        line("S", "G"),
        flow("G", "A", "x == 1"),
        flow("G", "B", "x == 2"),
        flow("G", "C", "x == 3"),
        line("A", "E1"),
        line("B", "E1"),
        line("C", "E1"),
        lanes={XA: "A B C"},
    )
    groups = budget(drawing, roles, EIGHT).groups
    assert [(str(one.first.total), one.ways) for one in groups] == [("2 ngày", 2), ("3 ngày", 1)]


def test_a_role_that_a_table_chooses_bears_the_time(roles):
    chooser = table("FIRST", "noi", "vai", ('"so"', '"van-thu-snv"'), ("-", '"van-thu-xa"'))
    drawing = process(
        start(),
        user("A", form="noi"),
        rule("Q", "t"),
        user("B", due="3 ngày").replace(
            '<bpmn:userTask id="B"', '<bpmn:userTask id="B" camunda:candidateGroups="${vai}"'
        ),
        gateway("exclusive", "G"),
        end("E1"),
        end("E2"),
        line("S", "A", "Q", "B", "G"),
        flow("G", "E1", "noi == 'so'"),
        flow("G", "E2", "noi != 'so'"),
        lanes={"Bộ Nội vụ": "A Q B G"},
    )
    form = {"noi": Asks(frozenset({"noi"}), {"noi": ("so", "xa")})}.get
    found = budget(drawing, roles, EIGHT, form=form, decisions={"t": chooser})
    assert {path.outcome: [*path.authorities] for path in found.paths} == {
        "E1": ["so-noi-vu"],
        "E2": ["ubnd-cap-xa"],
    }
