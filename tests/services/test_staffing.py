"""Bringing units, people and posts in from a workbook: every problem told, all or nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest

from engine.adapters import workbooks
from engine.domain.errors import Conflict, Misuse, NotPermitted
from engine.persistence import people
from engine.persistence import staff as stored
from engine.persistence.tables import UnitRow, UserRow
from engine.services import accounts, staff
from engine.services.staffing import importing
from engine.services.staffing.plans import Plan
from engine.services.staffing.template import template
from tests.factories import World

UNIT_HEADS = ("Mã", "Tên", "Loại", "Mã cấp trên", "Ký hiệu", "Địa danh", "Địa chỉ", "Điện thoại")
USER_HEADS = ("Tên đăng nhập", "Họ và tên", "Thư điện tử", "Quản trị", "Phân tích")
POST_HEADS = (
    "Tên đăng nhập", "Chức danh", "Mã đơn vị", "Từ ngày", "Đến ngày", "Phụ trách", "Đứng đầu",
)  # fmt: skip
COMMUNE = "Ủy ban nhân dân cấp xã"
CLERK = "Văn thư UBND cấp xã"
HEAD = "Lãnh đạo UBND cấp xã"

Rows = Sequence[Sequence[Any]]


def book(
    units: Rows = (), users: Rows = (), posts: Rows = (), merged: Mapping[str, str] | None = None,
    heads: Mapping[str, Sequence[str]] | None = None,
) -> bytes:  # fmt: skip
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, usual, rows in (
        ("Đơn vị", UNIT_HEADS, units),
        ("Người dùng", USER_HEADS, users),
        ("Chức danh", POST_HEADS, posts),
    ):
        sheet = made.create_sheet(name)
        sheet.append((heads or {}).get(name, usual))
        for row in rows:
            sheet.append(row)
        if merged and name in merged:
            sheet.merge_cells(merged[name])
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


NEW = {
    "units": [
        ("dongson", "UBND xã Đông Sơn", COMMUNE, "tinh", "UBND", "Đông Sơn", "Thôn 1", "023812345"),
        ("to1", "Tổ công tác số 1", COMMUNE, "dongson"),
    ],
    "users": [
        ("hien.lt", "Lê Thị Hiền", "hien@dongson.example", None, None),
        ("khoa.nv", "Nguyễn Văn Khoa", None, "x", None),
    ],
    "posts": [
        ("hien.lt", CLERK, "dongson", date(2026, 3, 1), date(2026, 12, 31), None, None),
        ("khoa.nv", HEAD, "dongson", "25/02/2026", None, "x", "x"),
        ("phuc", "Giám sát", "dongson"),
    ],
}  # fmt: skip


def look(town: World, content: bytes, who: str | None = "uyen") -> Plan:
    with town.act(who, write=False) as act:
        return importing.plan(act, "nhan-su.xlsx", content)


def bring(town: World, content: bytes, **other: Any) -> importing.Imported:
    with town.act("uyen") as act:
        return importing.perform(act, "nhan-su.xlsx", content, **other)


def told(found: Plan) -> dict[str, str]:
    """Problems by their place."""
    return {one.place: str(one.message) for one in found.problems}


def test_a_workbook_is_looked_at_brought_in_and_changes_nothing_the_second_time(
    town: World,
) -> None:
    content = book(**NEW)
    found = look(town, content)
    assert told(found) == {}
    assert [one.fate for one in found.entries] == ["added"] * 7
    with town.act(write=False) as act:
        assert act.session.query(UnitRow).count() == 4  # looking changes nothing
    done = bring(town, content, seen=found.digest)
    assert [one.username for one in done.passwords] == ["hien.lt", "khoa.nv"]
    with town.act() as act:
        unit = act.session.query(UnitRow).filter_by(code="dongson").one()
        assert (unit.name, unit.place, unit.phone) == ("UBND xã Đông Sơn", "Đông Sơn", "023812345")
        posts = {post.username: post for post in stored.posts(act.session, unit_id=unit.id)}
        assert posts["hien.lt"].ends == date(2027, 1, 1)
        assert (posts["khoa.nv"].leader, posts["khoa.nv"].head) == (True, True)
        assert posts["phuc"].starts == act.today
        user = act.session.query(UserRow).filter_by(username="hien.lt").one()
        assert user.must_change
        assert user.email == "hien@dongson.example"
        assert accounts.sign_in(act, "hien.lt", done.passwords[0].password)
        (line,) = [one for one in town.system_lines(act) if one.act == "staff:imported"]
        assert (line.facts["units"], line.facts["users"], line.facts["posts"]) == (2, 2, 3)
        everything = " ".join(str(one.facts) for one in town.system_lines(act))
    assert done.passwords[0].password not in everything
    again = look(town, content)
    assert told(again) == {}
    assert not again.changing
    assert bring(town, content).passwords == ()


def test_what_is_there_is_written_out_and_changes_nothing_brought_in_again(town: World) -> None:
    with town.act("uyen", write=False) as act:
        empty, filled = template(act), template(act, filled=True)
    assert not look(town, empty).changing
    found = look(town, filled)
    assert told(found) == {}
    assert len(found.posts) == 15
    assert not found.changing


def test_facts_that_differ_are_changed_and_empty_cells_leave_them(town: World) -> None:
    content = book(
        units=[("ap", "UBND xã An Phú Đông", None, "snv", "UBND")],
        users=[("lan", "Trần Thị Lan", None, None, "x")],
        posts=[
            ("dung", HEAD, "ap", None, None, "x", "x"),
            ("hung", "Thành viên Hội đồng", "AP", None, date(2026, 6, 30)),
        ],
    )
    found = look(town, content)
    assert told(found) == {}
    assert [
        [(str(c.what), c.before, c.after) for c in one.changes] for one in found.entries
    ] == [
        [("tên", "UBND xã An Phú", "UBND xã An Phú Đông"), ("ký hiệu", "", "UBND"),
         ("đơn vị cấp trên", "tinh", "snv")],
        [("họ và tên", "Lan", "Trần Thị Lan"), ("quyền phân tích", "–", "x")],
        [("đứng đầu", "–", "x")],
        [("đến hết ngày", "–", "30/06/2026")],
    ]  # fmt: skip
    bring(town, content)
    with town.act(write=False) as act:
        assert people.units(act.session)[town.units["ap"]].parent_id == town.units["snv"]
        lan = act.session.get_one(UserRow, town.users["lan"])
        assert (lan.full_name, lan.analyst, lan.must_change) == ("Trần Thị Lan", True, False)
        held = people.actor_of(act.session, town.users["dung"], act.today).posts
        assert [(post.head, post.leader) for post in held] == [(True, True)]
    assert not look(town, content).changing


def test_every_problem_is_told_at_once_with_its_place_and_how_to_mend_it(small_town: World) -> None:
    content = book(
        units=[
            ("Đông Sơn", "Xã", COMMUNE, None),
            ("x1", None, "Ủy ban nhân dan cấp xãa", "tihn"),
            ("x1", "Xã", COMMUNE, None),
            ("v1", "Vòng 1", COMMUNE, "v2"),
            ("v2", "Vòng 2", COMMUNE, "v1"),
        ],
        users=[
            ("Trần Lan", "Trần Thị Lan", "khong-phai-thu", "có lẽ", None),
            ("moi1", None, None, None, None),
            ("moi1", "Trùng", None, None, None),
        ],
        posts=[
            ("binhh", CLERK, "ap"),
            ("binh", "Văn thư UBND cấp xãa", "ap"),
            ("binh", "Văn thư Sở Nội vụ", "ap"),
            ("binh", "Bộ Nội vụ", "ap"),
            ("binh", CLERK, "app"),
            ("binh", CLERK, "ap", "02/25/2026"),
            ("binh", CLERK, "ap", 46082),
            ("binh", CLERK, "ap", date(2026, 3, 5), date(2026, 3, 4)),
            ("binh", CLERK, "ap", "1/3/26"),
            ("binh", "Chuyên viên phụ trách lĩnh vực người có công", "ap", date(2026, 5, 1)),
            ("tam", HEAD, "ap", None, None, None, "x"),
            ("vinh", HEAD, "ap", None, None, None, "x"),
            ("tam", CLERK, "bm", "03/04/2026"),
            ("tam", CLERK, "bm", "05/04/2026"),
        ],
    )
    problems = told(look(small_town, content))
    expected = {
        "Đơn vị!A2": "dongson",
        "Đơn vị!B3": "cần có tên",
        "Đơn vị!C3": f"Có phải “{COMMUNE}”",
        "Đơn vị!D3": "Có phải “tinh”",
        "Đơn vị!A4": "đã có ở dòng 3",
        "Đơn vị!D5": "v1 → v2 → v1",
        "Đơn vị!D6": "v2 → v1 → v2",
        "Người dùng!A2": "tran.lan",
        "Người dùng!C2": "không phải là địa chỉ thư",
        "Người dùng!D2": "Ghi x hoặc để trống",
        "Người dùng!B3": "cần có họ và tên",
        "Người dùng!A4": "đã có ở dòng 3",
        "Chức danh!A2": "Có phải “binh”",
        "Chức danh!B3": f"Có phải “{CLERK}”",
        "Chức danh!B4": "đơn vị này là Ủy ban nhân dân cấp xã",
        "Chức danh!B5": "bên ngoài",
        "Chức danh!C6": "Có phải “ap”",
        "Chức danh!D7": "25/02/2026",
        "Chức danh!D8": "01/03/2026",
        "Chức danh!E9": "sau ngày bắt đầu",
        "Chức danh!D10": "bốn chữ số",
        "Chức danh!D11": "từ 01/07/2025",
        "Chức danh!G13": "hai người đứng đầu",
        "Chức danh!D14": "ngày 3 tháng 4",
        "Chức danh!A15": "Trùng với dòng 14",
        "Chức danh!D15": "ngày 5 tháng 4",
    }
    assert {place: expected.get(place) for place in problems} == expected
    for place, about in expected.items():
        assert about in problems[place], place
    with pytest.raises(Misuse, match="chưa nhập gì"):
        bring(small_town, content)


def test_a_unit_that_is_led_gets_no_second_leader(small_town: World) -> None:
    bring(small_town, book(posts=[("dung", HEAD, "ap", None, None, None, "x")]))
    problems = told(look(small_town, book(posts=[("tam", HEAD, "ap", None, None, None, "x")])))
    assert "người đứng đầu là Dung" in problems["Chức danh!G2"]
    follows = book(
        posts=[
            ("dung", HEAD, "ap", None, date(2026, 3, 31)),
            ("tam", HEAD, "ap", date(2026, 4, 1), None, None, "x"),
        ]
    )
    assert told(look(small_town, follows)) == {}
    bring(small_town, follows)


def test_merged_cells_and_wrong_headers_are_told(small_town: World) -> None:
    content = book(
        **{**NEW, "posts": ()},
        merged={"Đơn vị": "A2:A3"},
        heads={
            "Đơn vị": ("Mã (*)", "TEN", "Loai", "Cấp trên", "Ghi chú"),
            "Người dùng": ("Tên đăng nhâp", "Ho va ten", "Họ tên", "Quản trịi"),
        },
    )
    problems = told(look(small_town, content))
    assert "bỏ gộp ô" in problems["Đơn vị!A2:A3"]
    assert "bị bỏ qua" in problems["Đơn vị!E1"]
    assert "Cột “Họ và tên” có hai lần" in problems["Người dùng!C1"]
    assert "Có phải là “Quản trị”" in problems["Người dùng!D1"]
    assert "Người dùng!A1" not in problems  # accents do not matter


def test_wrong_sheets_are_told(small_town: World) -> None:
    other = openpyxl.Workbook()
    other.active.title = "Nguoi dungg"
    other.active.append(USER_HEADS)
    target = io.BytesIO()
    other.save(target)
    problems = [str(one.message) for one in look(small_town, target.getvalue()).errors]
    assert problems == ["Có phải trang này là “Người dùng”? Hãy sửa tên trang tính."]
    headless = openpyxl.Workbook()
    headless.active.title = "Người dùng"
    headless.active.append(["lan", "Trần Thị Lan"])
    target = io.BytesIO()
    headless.save(target)
    (problem,) = look(small_town, target.getvalue()).errors
    assert "Không thấy dòng tiêu đề" in str(problem.message)


def test_people_of_one_name_in_one_unit_are_pointed_out(small_town: World) -> None:
    content = book(users=[("binh2", "BÌNH", None)], posts=[("binh2", CLERK, "ap")])
    with small_town.act("uyen") as act:
        staff.change(act, small_town.users["binh"], "Bình", administrator=False, analyst=False)
    found = look(small_town, content)
    (warning,) = found.warnings
    assert not found.errors
    assert "binh cùng đơn vị ap" in str(warning.message)


def test_what_was_looked_at_is_what_is_brought_in(small_town: World) -> None:
    content = book(users=[("lan", "Trần Thị Lan")])
    seen = look(small_town, content).digest
    with small_town.act("uyen") as act:
        staff.change(act, small_town.users["lan"], "Lan Anh", administrator=False, analyst=False)
    with pytest.raises(Conflict, match="xem lại"):
        bring(small_town, content, seen=seen)


def test_nobody_demotes_themself_by_a_workbook(small_town: World) -> None:
    problems = told(look(small_town, book(users=[("uyen", "Uyên", None, "không")])))
    assert "chính mình" in problems["Người dùng!D2"]


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(workbooks.MOST_UNPACKED // 2**20 + 1):
                part.write(bytes(2**20))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "about"),
    [
        (b"khong phai excel", "không phải là bảng tính"),
        (b"PK\x03\x04" + bytes(100), "không phải là bảng tính"),
        (bytes(workbooks.MOST_BYTES + 1), "quá lớn"),
        (_bomb(), "bung ra quá lớn"),
    ],
)
def test_what_is_no_workbook_or_beyond_bounds_is_refused(
    small_town: World, content: bytes, about: str
) -> None:
    with pytest.raises(Misuse, match=about):
        look(small_town, content)


def test_a_damaged_workbook_is_refused(small_town: World) -> None:
    content = book(**NEW)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for one, text in parts.items():
                archive.writestr(one, text[: len(text) // 2] if one == name else text)
        with pytest.raises(Misuse, match="bảng tính"):
            look(small_town, target.getvalue())


def test_only_administrators_bring_staff_in(small_town: World) -> None:
    for who in ("hoa", "phuc", "vinh"):
        with pytest.raises(NotPermitted):
            look(small_town, book(), who)
        with pytest.raises(NotPermitted), small_town.act(who) as act:
            importing.perform(act, "x.xlsx", book())
        with pytest.raises(NotPermitted), small_town.act(who) as act:
            template(act)
