"""Receiving a dossier: once per key, numbered without doubles or holes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from engine.domain.clock import local
from engine.domain.errors import FormInvalid, Misuse, NotFound, NotPermitted
from engine.persistence.journal_store import verify
from engine.services import filing
from tests.factories import QT02, World


def file(
    town: World, key: str, who: str = "hoa", unit: str = "ap", **said: object
) -> tuple[int, str]:
    with town.act(who) as act:
        submission = {**town.application(act), **said}
        case = filing.file_case(act, QT02, town.units[unit], "counter", submission, key)
        return case.id, case.code


def test_a_dossier_is_filed_and_stands_before_reception(town: World) -> None:
    case_id, code = file(town, "k1")
    case = town.case(case_id)
    assert code == "AP-2026-000001"
    assert (case.applicant, case.subject) == ("Nguyễn Thị Mừng", "Trần Văn Bền")
    assert town.open_elements(case_id) == ["B1b"]
    assert town.acts(case_id) == ["case:filed", "task:completed"]
    filed = town.task(case_id, "B1a")
    assert (filed.state, filed.external, filed.role) == ("done", True, "nguoi-nop")
    assert filed.data is not None
    assert filed.data["ls_ngay_hy_sinh"] == "1972-05"


def test_the_same_key_again_is_the_same_case(town: World) -> None:
    first = file(town, "k1")
    assert file(town, "k1") == first
    assert file(town, "k2")[1] == "AP-2026-000002"  # no number was lost on the way


def test_a_key_used_elsewhere_is_refused(small_town: World) -> None:
    file(small_town, "k1")
    with pytest.raises(Misuse):
        file(small_town, "k1", who="quan", unit="bm")


def test_a_double_click_files_once(town: World) -> None:
    together = Barrier(2)

    def attempt(who: str) -> tuple[int, str]:
        together.wait(timeout=10)
        return file(town, "k1", who=who)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(attempt, ("hoa", "hoa"))
    assert first == second
    assert file(town, "k2")[1] == "AP-2026-000002"


def test_filings_at_the_same_moment_have_codes_of_their_own(town: World) -> None:
    together = Barrier(4)

    def attempt(number: int) -> str:
        together.wait(timeout=10)
        return file(town, f"k{number}", who="hoa" if number % 2 else "hanh")[1]

    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(attempt, range(4)))
    assert codes == [f"AP-2026-00000{n}" for n in range(1, 5)]
    with town.act(write=False) as act:
        assert verify(act.session) == []


def test_each_unit_and_each_year_counts_for_itself(small_town: World) -> None:
    assert file(small_town, "k1")[1] == "AP-2026-000001"
    assert file(small_town, "k2", who="quan", unit="bm")[1] == "BM-2026-000001"
    small_town.at("2027-01-04 08:00")
    assert file(small_town, "k3")[1] == "AP-2027-000001"


def test_an_online_dossier_is_due_within_eight_working_hours(small_town: World) -> None:
    small_town.at("2026-03-06 15:00")  # Friday
    with small_town.act("hoa") as act:
        submission = small_town.application(act, "online")
        ap = small_town.units["ap"]
        case = filing.file_case(act, QT02, ap, "online", submission, "k1")
    due = small_town.task(case.id, "B1b").due_at
    assert due is not None
    assert f"{local(due):%d/%m %H:%M}" == "09/03 15:00"


def test_bad_answers_file_nothing(small_town: World) -> None:
    with pytest.raises(FormInvalid) as refused:
        file(small_town, "k1", nguoi_ho_ten="")
    assert "nguoi_ho_ten" in refused.value.errors
    assert file(small_town, "k1")[1] == "AP-2026-000001"


def test_what_makes_no_sense_is_refused(small_town: World) -> None:
    with small_town.act("hoa") as act:
        ap, submission = small_town.units["ap"], small_town.application(act)
        for channel, key in (("fax", "k1"), ("counter", ""), ("counter", "k" * 41)):
            with pytest.raises(Misuse):
                filing.file_case(act, QT02, ap, channel, submission, key)
        with pytest.raises(NotFound):
            filing.file_case(act, "qt99", ap, "counter", submission, "k1")


def test_nobody_files_where_dossiers_are_not_received(small_town: World) -> None:
    with pytest.raises(NotPermitted):
        file(small_town, "k1", who="lan", unit="snv")
    with pytest.raises(NotPermitted):
        file(small_town, "k1", who="hoa", unit="bm")


def test_no_version_is_in_force_before_the_decision(small_town: World) -> None:
    small_town.at("2025-06-30 08:00")
    with pytest.raises(NotFound), small_town.act(None) as act:
        filing.filing_page(act, QT02)
