"""The sheets and columns of the staff workbook, and how those of a file are recognised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from engine.adapters.workbooks import Cell, Row, Sheet, column_letter
from engine.domain.folding import fold
from engine.domain.messages import Message, say

#: A header stands in one of the first so many rows that are not blank.
HEADER_WITHIN = 5


@dataclass(frozen=True)
class Column:
    """A column: its header, other spellings of it, what is to be written there."""

    key: str
    title: str
    note: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    width: int = 18


#: The sheet on which a template keeps its lists; read by nobody.
LISTS = "Danh mục"

UNITS, USERS, POSTS = "Đơn vị", "Người dùng", "Chức danh"

SHEETS: Mapping[str, tuple[Column, ...]] = {
    UNITS: (
        Column(
            "code",
            "Mã",
            "Chữ thường không dấu và chữ số, ví dụ xaanphu. Không đổi được.",
            True,
            ("Mã đơn vị",),
            14,
        ),
        Column(
            "name",
            "Tên",
            "Tên đầy đủ của đơn vị. Bắt buộc với đơn vị mới.",
            False,
            ("Tên đơn vị",),
            40,
        ),
        Column(
            "kind",
            "Loại",
            "Chọn trong danh sách. Bắt buộc với đơn vị mới.",
            False,
            ("Loại đơn vị", "Loại cơ quan"),
            32,
        ),
        Column(
            "parent",
            "Mã cấp trên",
            "Mã của đơn vị cấp trên, có sẵn hoặc có trong trang này.",
            False,
            ("Mã đơn vị cấp trên", "Cấp trên", "Trực thuộc"),
            16,
        ),
        Column("sign", "Ký hiệu", "Đứng trong số văn bản, ví dụ UBND, SNV.", False, (), 12),
        Column(
            "place", "Địa danh", "Đứng trước ngày tháng của văn bản, ví dụ An Phú.", False, (), 18
        ),
        Column("address", "Địa chỉ", "Số nhà, đường, xã, tỉnh.", False, (), 40),
        Column(
            "phone",
            "Điện thoại",
            "Ghi dạng văn bản để giữ số 0 đầu.",
            False,
            ("Số điện thoại", "ĐT"),
            16,
        ),
    ),
    USERS: (
        Column(
            "username",
            "Tên đăng nhập",
            "Chữ thường không dấu, chữ số và các dấu . _ -",
            True,
            ("Tài khoản", "Username"),
            20,
        ),
        Column("full_name", "Họ và tên", "Bắt buộc với người mới.", False, ("Họ tên", "Tên"), 30),
        Column(
            "email",
            "Thư điện tử",
            "Để trống nếu không có.",
            False,
            ("Email", "Địa chỉ thư", "Thư"),
            30,
        ),
        Column(
            "administrator",
            "Quản trị",
            "Ghi x nếu là quản trị hệ thống.",
            False,
            ("Quản trị hệ thống",),
            12,
        ),
        Column(
            "analyst",
            "Phân tích",
            "Ghi x nếu được ban hành bản vẽ.",
            False,
            ("Chuyên viên phân tích",),
            12,
        ),
    ),
    POSTS: (
        Column(
            "username",
            "Tên đăng nhập",
            "Người có sẵn hoặc có trong trang Người dùng.",
            True,
            ("Tài khoản", "Username"),
            20,
        ),
        Column(
            "role",
            "Chức danh",
            "Chọn trong danh sách; phải thuộc loại của đơn vị.",
            True,
            ("Vai trò",),
            48,
        ),
        Column(
            "unit",
            "Mã đơn vị",
            "Đơn vị có sẵn hoặc có trong trang Đơn vị.",
            True,
            ("Đơn vị", "Mã"),
            14,
        ),
        Column(
            "starts",
            "Từ ngày",
            "Ngày/tháng/năm. Để trống: từ ngày nhập.",
            False,
            ("Ngày bắt đầu",),
            14,
        ),
        Column(
            "last",
            "Đến ngày",
            "Ngày cuối cùng còn giữ. Để trống: chưa định ngày thôi.",
            False,
            ("Đến hết ngày", "Ngày kết thúc"),
            14,
        ),
        Column(
            "head",
            "Phụ trách",
            "Ghi x nếu phụ trách chức danh này ở đơn vị.",
            False,
            ("Phụ trách chức danh",),
            12,
        ),
        Column(
            "leader",
            "Đứng đầu",
            "Ghi x nếu đứng đầu đơn vị: mỗi lúc một người.",
            False,
            ("Đứng đầu đơn vị", "Thủ trưởng"),
            12,
        ),
    ),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong where, and how to mend it; a mere warning does not stop the import."""

    sheet: str
    row: int | None
    column: str  # its letter, or ""
    message: Message
    warning: bool = False

    @property
    def place(self) -> str:
        """`Đơn vị!B7`, as the spreadsheet names a cell."""
        cell = f"{self.column}{self.row}" if self.row else self.column
        return f"{self.sheet}!{cell}" if cell else self.sheet


@dataclass(frozen=True)
class Line:
    """A row of a known sheet: its cells by the keys of columns."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]
    letters: Mapping[str, str]

    def problem(self, key: str, message: Message, *, warning: bool = False) -> Problem:
        return Problem(self.sheet, self.number, self.letters.get(key, ""), message, warning)


@dataclass
class Recognised:
    """The rows of the known sheets of a workbook, and what was wrong with their frames."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def recognise(sheets: Sequence[Sheet]) -> Recognised:
    """Finds the known sheets and columns, whatever the case and accents of their names."""
    found = Recognised()
    names = {fold(name): name for name in SHEETS}
    for sheet in sheets:
        name = names.get(fold(sheet.name))
        if name is None:
            found.problems += _unknown_sheet(sheet, names)
        elif name in found.lines:
            found.problems.append(
                Problem(sheet.name, None, "", say("Trang “%(name)s” có hai lần.", name=name))
            )
        else:
            found.lines[name] = _lines(name, sheet, found.problems)
    if not found.lines and not any(not one.warning for one in found.problems):
        wanted = ", ".join(f"“{name}”" for name in SHEETS)
        message = say(
            "Không thấy trang tính nào tên %(wanted)s. Hãy tải tệp mẫu về để điền.", wanted=wanted
        )
        found.problems.append(Problem("", None, "", message))
    return found


def nearest(text: str, names: Iterable[str], count: int = 1) -> list[str]:
    """Names that look like `text`, the likeliest first."""
    by_fold = {fold(name): name for name in names}
    close = get_close_matches(fold(text), list(by_fold), n=count, cutoff=0.6)
    return [by_fold[one] for one in close]


def _unknown_sheet(sheet: Sheet, names: Mapping[str, str]) -> list[Problem]:
    if fold(sheet.name) == fold(LISTS):
        return []
    close = nearest(sheet.name, names.values())
    if close and sheet.rows:
        message = say("Có phải trang này là “%(name)s”? Hãy sửa tên trang tính.", name=close[0])
        return [Problem(sheet.name, None, "", message)]
    if not sheet.rows:
        return []
    return [Problem(sheet.name, None, "", say("Trang này bị bỏ qua."), warning=True)]


def _lines(name: str, sheet: Sheet, problems: list[Problem]) -> list[Line]:
    if not sheet.rows:
        return []
    columns = SHEETS[name]
    known = {fold(title): c for c in columns for title in (c.title, *c.aliases)}
    header = _header(sheet.rows, known)
    if header is None:
        wanted = ", ".join(column.title for column in columns)
        message = say("Không thấy dòng tiêu đề. Cần các cột: %(wanted)s.", wanted=wanted)
        problems.append(Problem(sheet.name, sheet.rows[0].number, "", message))
        return []
    places = _places(name, sheet, header, known, problems)
    for merged in sheet.merged:
        message = say("Ô gộp %(range)s: hãy bỏ gộp ô rồi ghi giá trị vào từng ô.", range=merged)
        problems.append(Problem(name, None, merged, message))
    letters = {key: column_letter(place) for key, place in places.items()}
    lines = []
    for row in sheet.rows:
        if row.number <= header.number:
            continue
        cells = {
            key: row.cells[place] if place < len(row.cells) else None
            for key, place in places.items()
        }
        if any(cell is not None for cell in cells.values()):
            lines.append(Line(name, row.number, cells, letters))
    return lines


def _header(rows: Sequence[Row], known: Mapping[str, Column]) -> Row | None:
    """The first row that names columns of ours; the one that names most of them."""
    best, most = None, 0
    for row in rows[:HEADER_WITHIN]:
        named = sum(isinstance(cell, str) and _title(cell) in known for cell in row.cells)
        if named > most:
            best, most = row, named
    return best


def _title(cell: str) -> str:
    """A header without what people add to it: `Mã (*)`, `Tên:`."""
    return fold(cell.replace("*", " ").replace(":", " ").replace("()", " ").partition("(")[0])


def _places(
    name: str,
    sheet: Sheet,
    header: Row,
    known: Mapping[str, Column],
    problems: list[Problem],
) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(header.cells):
        if cell is None:
            continue
        column = known.get(_title(str(cell)))
        at = (sheet.name, header.number, column_letter(place))
        if column is None:
            problems.append(_unknown_column(at, str(cell), name))
        elif column.key in places:
            problems.append(Problem(*at, say("Cột “%(title)s” có hai lần.", title=column.title)))
        else:
            places[column.key] = place
    for column in SHEETS[name]:
        if column.required and column.key not in places:
            message = say("Thiếu cột “%(title)s”.", title=column.title)
            problems.append(Problem(sheet.name, header.number, "", message))
    return places


def _unknown_column(at: tuple[str, int, str], cell: str, name: str) -> Problem:
    close = nearest(_title(cell), (column.title for column in SHEETS[name]))
    if close:
        message = say(
            "Không có cột “%(cell)s”. Có phải là “%(title)s”? Hãy sửa tiêu đề.",
            cell=cell[:40],
            title=close[0],
        )
        return Problem(*at, message)
    return Problem(*at, say("Cột “%(cell)s” bị bỏ qua.", cell=cell[:40]), warning=True)
