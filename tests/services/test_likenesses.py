"""A second dossier about the same person: noticed with the least, linked or set apart."""

from __future__ import annotations

from typing import Any

import pytest

from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted
from engine.persistence.journal_store import verify
from engine.persistence.persons import parts_of
from engine.persistence.tables import CaseRow
from engine.services import likenesses, linking
from engine.services.likenesses import Alike
from tests.factories import World

BLANK = {"than_nhan": [], **dict.fromkeys(("ls_que_quan", "nguoi_que_quan", "nguoi_cccd"), "")}
CARD = "098158000001"


def file(town: World, who: str = "hoa", unit: str = "ap", **said: Any) -> int:
    return town.file(who, unit, **{**BLANK, **said})


def noticed(town: World, case_id: int, who: str = "hoa") -> list[Alike]:
    with town.act(who, write=False) as act:
        return likenesses.of_case(act, act.session.get_one(CaseRow, case_id))


def reasons(town: World, case_id: int, who: str = "hoa") -> list[tuple[str, list[str]]]:
    return [(one.code, [str(why) for why in one.reasons]) for one in noticed(town, case_id, who)]


def test_the_same_martyr_in_a_second_dossier_is_noticed_on_both(town: World) -> None:
    first = file(town, nguoi_ho_ten="Trần Thị Lành")
    second = file(town, ls_ngay_hy_sinh="1972", ls_ho_ten="TRAN VAN BEN")
    for one, other in ((first, "AP-2026-000002"), (second, "AP-2026-000001")):
        assert reasons(town, one) == [(other, ["người có công cùng họ tên, cùng năm hy sinh"])]


def test_all_that_agrees_is_told_and_what_contradicts_is_not(small_town: World) -> None:
    file(small_town, nguoi_cccd=CARD)
    file(small_town, nguoi_ho_ten="Lê Thị Sáu", ls_ngay_hy_sinh="1968")  # another Bền
    third = file(small_town, nguoi_cccd=CARD)
    assert reasons(small_town, third) == [
        (
            "AP-2026-000001",
            ["người có công cùng họ tên, cùng năm hy sinh", "cùng số CCCD/CMND của người nộp"],
        )
    ]


def test_of_a_dossier_elsewhere_only_unit_and_code_are_told(town: World) -> None:
    file(town)
    second = file(town, "quan", "bm")
    (one,) = noticed(town, second, "quan")
    assert (one.code, one.unit_name, one.seen) == ("AP-2026-000001", "UBND xã An Phú", False)
    assert (one.state, one.outcome) == ("", None)
    (one,) = noticed(town, second, "phuc")
    assert (one.seen, one.state) == (True, "filed")


def test_a_relative_of_two_martyrs_is_no_duplicate(small_town: World) -> None:
    sister = {"ho_ten": "Trần Thị Lành", "ngay_sinh": "1952", "moi_quan_he": "Em"}
    file(small_town, than_nhan=[sister], ls_ho_ten="Trần Văn Một", nguoi_ho_ten="A Thị B")
    second = file(small_town, than_nhan=[sister], ls_ho_ten="Trần Văn Hai", nguoi_ho_ten="C Thị D")
    assert noticed(small_town, second) == []


def test_what_was_found_to_be_none_does_not_come_back(town: World) -> None:
    first, second = file(town), file(town, "quan", "bm")
    with town.act("quan") as act:  # who knows no more of the other than the notice told
        likenesses.set_apart(act, second, first)
    assert noticed(town, second, "quan") == noticed(town, first) == []
    for case_id in (first, second):
        assert town.acts(case_id)[-1] == "case:set-apart"
    with town.act("quan") as act:  # twice is once
        likenesses.set_apart(act, second, first)
    assert town.acts(second).count("case:set-apart") == 1
    third = file(town)
    assert [one.code for one in noticed(town, third)] == ["BM-2026-000001", "AP-2026-000001"]


def test_only_what_was_noticed_is_set_apart(small_town: World) -> None:
    first = file(small_town)
    other = file(small_town, "quan", "bm", ls_ho_ten="Ai Khác", nguoi_ho_ten="Ai Nữa")
    for who, case_id, error in (
        ("hoa", other, NotFound),
        ("hoa", 99, NotFound),
        ("quan", other, NotFound),
        ("phuc", other, NotPermitted),  # supervises only
    ):
        with pytest.raises(error), small_town.act(who) as act:
            likenesses.set_apart(act, first, case_id)


# --- linking -------------------------------------------------------------------------------------


def link(town: World, who: str, one: int, other: int, reason: str = "Cùng liệt sĩ.") -> None:
    with town.act(who) as act:
        linking.link(act, one, other, reason)


def test_linked_dossiers_show_each_other_and_are_noticed_no_more(town: World) -> None:
    first, second = file(town), file(town)
    link(town, "binh", second, first, " Cùng  liệt sĩ. ")
    for one, other in ((first, "AP-2026-000002"), (second, "AP-2026-000001")):
        with town.act("hoa", write=False) as act:
            (found,) = linking.links_of(act, one)
        assert (found.code, found.reason, found.seen) == (other, "Cùng liệt sĩ.", True)
        assert noticed(town, one) == []
        assert town.acts(one)[-1] == "case:linked"
    with pytest.raises(Conflict):
        link(town, "hoa", first, second)
    with town.act("hoa") as act:
        linking.unlink(act, first, second)
    assert [town.acts(one)[-1] for one in (first, second)] == ["case:unlinked"] * 2
    assert len(noticed(town, first)) == 1
    with pytest.raises(Conflict), town.act("hoa") as act:
        linking.unlink(act, first, second)
    with town.act(write=False) as act:
        assert verify(act.session) == []


def test_linking_takes_back_that_they_were_apart(small_town: World) -> None:
    first, second = file(small_town), file(small_town)
    with small_town.act("hoa") as act:
        likenesses.set_apart(act, first, second)
    link(small_town, "hoa", first, second)
    with small_town.act("hoa") as act:
        linking.unlink(act, first, second)
    assert len(noticed(small_town, first)) == 1


def test_who_links_must_see_both(small_town: World) -> None:
    near, far = file(small_town), file(small_town, "quan", "bm")
    for who, error in (
        ("hoa", NotFound),
        ("quan", NotFound),
        ("tam", NotFound),
        ("phuc", NotPermitted),
    ):
        with pytest.raises(error):
            link(small_town, who, near, far)


def test_a_link_needs_a_reason_and_two_dossiers(small_town: World) -> None:
    one, other = file(small_town), file(small_town)
    for reason in ("", "x" * 301):
        with pytest.raises(Misuse, match="lý do"):
            link(small_town, "hoa", one, other, reason)
    with pytest.raises(Misuse, match="chính nó"):
        link(small_town, "hoa", one, one)


def test_a_dossier_is_named_by_its_code_among_those_one_sees(small_town: World) -> None:
    file(small_town)
    file(small_town, "quan", "bm")
    with small_town.act("hoa", write=False) as act:
        assert linking.case_of_code(act, " ap-2026-000001 ").code == "AP-2026-000001"
        with pytest.raises(Misuse, match="BM-2026-000001"):
            linking.case_of_code(act, "BM-2026-000001")


def test_what_links_to_a_dossier_that_one_does_not_see_is_told_by_code(small_town: World) -> None:
    first, second = file(small_town), file(small_town)
    link(small_town, "hoa", first, second)
    small_town.walk(first, "B1b", "B2", "B3", "B4", "B5")  # on to the province, the second not
    with small_town.act("lan", write=False) as act:
        (found,) = linking.links_of(act, first)
        assert (found.code, found.seen, found.applicant, found.state) == (
            "AP-2026-000002",
            False,
            "",
            "",
        )
        assert len(parts_of(act.session, first)) == 2
