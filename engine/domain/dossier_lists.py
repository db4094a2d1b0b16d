"""What a list of many dossiers says of each: columns, where their values come from, what lacks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.domain.messages import Message, say

Row = dict[str, str]  # column key -> what the list says
Facts = Mapping[str, object]  # the variables of a dossier


@dataclass(frozen=True)
class Column:
    """A column of a list; `field` is the form field in which the step keeps the same."""

    key: str
    title: Message
    most: int = 200  # letters
    field: str | None = None
    needed: bool = False  # the list does not go on while it is blank
    common: bool = False  # may be written into all blank rows at once


@dataclass(frozen=True)
class ListKind:
    """A kind of list, named as its template: its columns (after the STT) and how a row begins."""

    kind: str
    name: Message
    columns: tuple[Column, ...]
    begin: Callable[[Facts], Row]
    guess: Callable[[Row], Row]  # what the row itself suggests for blank columns

    def row(self, data: Facts, written: Mapping[str, str]) -> Row:
        """A dossier's row: as written on the list, else as the dossier says; blank otherwise."""
        said = {**self.begin(data), **written}
        return {column.key: said.get(column.key, "") for column in self.columns}

    def suggested(self, row: Row) -> Row:
        """Suggestions for what is blank, to be confirmed by whoever makes the list."""
        return {key: value for key, value in self.guess(row).items() if value and not row[key]}

    def missing(self, row: Row) -> tuple[Column, ...]:
        """The columns that are needed and blank."""
        return tuple(column for column in self.columns if column.needed and not row[column.key])

    def blank(self, row: Row) -> tuple[Column, ...]:
        """All blank columns."""
        return tuple(column for column in self.columns if not row[column.key])

    def answers(self, row: Row) -> dict[str, str]:
        """What the step's form keeps of a row."""
        return {one.field: row[one.key] for one in self.columns if one.field and row[one.key]}

    @property
    def fields(self) -> frozenset[str]:
        """The form fields that rows fill in."""
        return frozenset(column.field for column in self.columns if column.field)


# --- Mẫu số 83, Phụ lục I Nghị định số 131/2021/NĐ-CP --------------------------------------------

MAU_83_COLUMNS = (
    Column("ho_ten", say("Họ và tên liệt sĩ"), needed=True),
    Column("chuc_vu", say("Chức vụ"), field="ds_chuc_vu", common=True),
    Column("doi_tuong", say("Đối tượng"), field="ds_doi_tuong", common=True),
    Column("que_xa", say("Quê quán (xã, huyện)"), field="ds_que_xa"),
    Column("que_tinh", say("Quê quán (tỉnh)"), field="ds_que_tinh", needed=True, common=True),
    Column("hy_sinh_ngay", say("Hy sinh ngày"), 2),
    Column("hy_sinh_thang", say("Hy sinh tháng"), 2),
    Column("hy_sinh_nam", say("Hy sinh năm"), 20, needed=True),
    Column("thoi_ky", say("Thời kỳ"), field="ds_thoi_ky", common=True),
    Column("ky_hieu_bang", say("Ký hiệu Bằng"), 100, field="ds_ky_hieu_bang", common=True),
    Column("so_bang", say("Số Bằng"), 100, needed=True),
    Column("so_quyet_dinh", say("Số quyết định"), 100),
    Column("qd_ngay", say("Ngày quyết định"), 2),
    Column("qd_thang", say("Tháng quyết định"), 2),
    Column("qd_nam", say("Năm quyết định"), 20),
)

_SIGN_AND_NUMBER = re.compile(r"([A-ZĐÂĂÊÔƠƯ]{1,8})[\s.:/–-]*(\d[\d./-]*)")


def _begin_83(data: Facts) -> Row:
    """The row as the application (Mẫu số 16) and the step's own fields say."""

    def text(name: str) -> str:
        value = data.get(name)
        return " ".join(value.split()) if isinstance(value, str) else ""

    commune, province = parted_place(text("ls_que_quan"))
    sign, number = parted_certificate(text("bang_so"))
    day, month, year = parted_date(text("ls_ngay_hy_sinh"))
    decided = parted_date(text("bang_quyet_dinh_ngay"))
    return {
        "ho_ten": text("ls_ho_ten"),
        "chuc_vu": text("ds_chuc_vu") or text("ls_cap_bac_chuc_vu"),
        "doi_tuong": text("ds_doi_tuong"),
        "que_xa": text("ds_que_xa") or commune,
        "que_tinh": text("ds_que_tinh") or province,
        "hy_sinh_ngay": day,
        "hy_sinh_thang": month,
        "hy_sinh_nam": year,
        "thoi_ky": text("ds_thoi_ky"),
        "ky_hieu_bang": text("ds_ky_hieu_bang") or sign,
        "so_bang": number,
        "so_quyet_dinh": text("bang_quyet_dinh"),
        "qd_ngay": decided[0],
        "qd_thang": decided[1],
        "qd_nam": decided[2],
    }


def _guess_83(row: Row) -> Row:
    return {"thoi_ky": period_of(row["hy_sinh_nam"], row["hy_sinh_thang"])}


MAU_83 = ListKind(
    "mau-83",
    say("Danh sách đề nghị cấp đổi Bằng “Tổ quốc ghi công” (Mẫu số 83)"),
    MAU_83_COLUMNS,
    _begin_83,
    _guess_83,
)

#: Kinds of lists by the name that drawings give them (property `list`).
KINDS: Mapping[str, ListKind] = {MAU_83.kind: MAU_83}


def parted_place(place: str) -> tuple[str, str]:
    """(xã, huyện; tỉnh) of a place as people write it: the province is what stands last.

    Of a single name nobody can tell which it is: it is left with the commune.
    """
    parts = [part.strip() for part in re.split(r"[,;]| [-–] ", place) if part.strip()]
    if len(parts) < 2:
        return ", ".join(parts), ""
    return ", ".join(parts[:-1]), parts[-1]


def parted_certificate(number: str) -> tuple[str, str]:
    """(ký hiệu, số) of a certificate's number where it is written so; else (nothing, all of it)."""
    found = _SIGN_AND_NUMBER.fullmatch(number.upper())
    return (found[1], found[2]) if found else ("", number)


def parted_date(value: str) -> tuple[str, str, str]:
    """(day, month, year) of a date known in part: `1972`, `1972-05`, `1972-05-19`."""
    parts = value.split("-") if re.fullmatch(r"\d{4}(-\d{2}){0,2}", value, re.ASCII) else []
    year, month, day = [*parts, "", "", ""][:3]
    return day, month, year


def period_of(year: str, month: str) -> str:
    """The war (thời kỳ) a year of death suggests; blank where the year alone cannot tell."""
    if not re.fullmatch(r"\d{4}", year, re.ASCII):
        return ""
    when = int(year) * 100 + (int(month) if re.fullmatch(r"\d{1,2}", month, re.ASCII) else 0)
    if when in (195400, 197500) or when < 194500:  # July 1954, April 1975 end a period
        return ""
    if when <= 195407:
        return "Chống Pháp"
    return "Chống Mỹ" if when <= 197504 else "Bảo vệ Tổ quốc"


def problem(column: Column, value: str, today: date) -> Message | None:
    """What is wrong with a value written into a column; None when nothing is."""
    if len(value) > column.most:
        return say(
            "“%(column)s” dài quá %(most)s ký tự. Hãy viết ngắn lại.",
            column=column.title,
            most=column.most,
        )
    if not value or column.most > 20:
        return None
    most = {"ngay": 31, "thang": 12}.get(column.key.rsplit("_", 1)[-1])
    whole = re.fullmatch(r"\d{1,4}", value, re.ASCII)
    if most is None:  # a year, or words where nobody knows it
        if whole is None and re.search(r"\d", value) is None:
            return None
        right = whole is not None and 1900 <= int(value) <= today.year
    else:
        right = whole is not None and 1 <= int(value) <= most
    if right:
        return None
    return say("“%(column)s” không thể là “%(value)s”.", column=column.title, value=value)


# --- order ---------------------------------------------------------------------------------------

_LETTERS = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", 1)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def sort_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The Vietnamese order of words: by letters (a, ă, â, b…), then by tones."""
    letters: list[int] = []
    tones: list[int] = []
    for sign in unicodedata.normalize("NFC", text.casefold()):
        parts = unicodedata.normalize("NFD", sign)
        tone = max((_TONES.get(part, 0) for part in parts), default=0)
        bare = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONES))
        letters.append(_LETTERS.get(bare, 0 if bare.isspace() else 100 + ord(bare[0])))
        tones.append(tone)
    return tuple(letters), tuple(tones)


def by_name(row: Row) -> tuple[object, ...]:
    """As offices order people: by the given name, which stands last, then the whole."""
    name = row["ho_ten"]
    return sort_key(name.rsplit(" ", 1)[-1]), sort_key(name)


def by_place(row: Row) -> tuple[object, ...]:
    """By province, then commune, then name."""
    return sort_key(row["que_tinh"]), sort_key(row["que_xa"]), *by_name(row)
