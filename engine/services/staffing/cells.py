"""Cells of the staff workbook as values: text, ticks and days, with what is wrong in them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from engine.domain.calendar_changes import day_of
from engine.domain.folding import fold
from engine.domain.messages import Message, say
from engine.services.staffing.columns import Line, Problem

_YES = frozenset({"x", "co", "1", "true", "yes", "v", "✓", "✔"})
_NO = frozenset({"khong", "0", "false", "no", "-"})
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2,4})")
_EXCEL_EPOCH = date(1899, 12, 30)

#: Numbers in a column of days between these are likely days that lost their format.
_SERIALS = range(36_526, 73_050)  # 2000 to 2099


class Reader:
    """Reads one line's cells and gathers what is wrong with them."""

    def __init__(self, line: Line, problems: list[Problem]) -> None:
        self.line = line
        self._problems = problems

    def wrong(self, key: str, message: Message) -> None:
        self._problems.append(self.line.problem(key, message))

    def warn(self, key: str, message: Message) -> None:
        self._problems.append(self.line.problem(key, message, warning=True))

    def text(self, key: str, longest: int = 200) -> str:
        """Text with single blanks; numbers as they are written."""
        cell = self.line.cells.get(key)
        if cell is None:
            return ""
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        if isinstance(cell, datetime | date):
            self.wrong(key, say("Ô này là ngày, cần chữ: hãy định dạng ô là văn bản rồi ghi lại."))
            return ""
        said = " ".join(str(cell).split())
        if said.startswith("#") and said.endswith(("!", "?", "A")):
            self.wrong(
                key, say("Công thức trong ô bị lỗi (%(text)s): hãy ghi thẳng giá trị.", text=said)
            )
            return ""
        if len(said) > longest:
            self.wrong(key, say("Dài quá %(limit)s ký tự.", limit=longest))
            return said[:longest]
        return said

    def phone(self, key: str) -> str:
        """A telephone number; as a number it has lost its first zero."""
        if isinstance(self.line.cells.get(key), int | float):
            self.warn(
                key,
                say(
                    "Số điện thoại đang là số nên có thể mất số 0 đầu: hãy định dạng ô là văn bản."
                ),
            )
        return self.text(key, 30)

    def tick(self, key: str) -> bool | None:
        """Whether there is a tick; None for an empty cell."""
        cell = self.line.cells.get(key)
        if cell is None:
            return None
        said = fold(self.text(key))
        if said in _YES:
            return True
        if said not in _NO:
            self.wrong(key, say("Ghi x hoặc để trống, không phải “%(text)s”.", text=said[:20]))
        return False

    def day(self, key: str) -> date | None:
        """A day; None for an empty cell, or with a problem noted."""
        cell = self.line.cells.get(key)
        if cell is None:
            return None
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        if isinstance(cell, int | float):
            self._number(key, cell)
            return None
        return self._written(key, " ".join(str(cell).split()))

    def _number(self, key: str, number: float) -> None:
        if int(number) in _SERIALS:
            likely = _EXCEL_EPOCH + timedelta(days=int(number))
            self.wrong(
                key,
                say(
                    "Ô là số %(number)s, không phải ngày. Có phải %(day)s? Hãy định dạng ô là "
                    "ngày.",
                    number=int(number),
                    day=f"{likely:%d/%m/%Y}",
                ),
            )
        else:
            self.wrong(key, say("Ô là số %(number)s, cần ngày như 05/03/2026.", number=number))

    def _written(self, key: str, text: str) -> date | None:
        parts = _SLASHED.fullmatch(text)
        found = day_of("/".join(parts.groups()) if parts else text)
        if found is not None:
            if parts and int(parts[1]) <= 12 and parts[1].lstrip("0") != parts[2].lstrip("0"):
                self.warn(
                    key,
                    say(
                        "“%(text)s” là chữ, được hiểu là ngày %(day)s tháng %(month)s. Nếu không "
                        "đúng, hãy sửa ô thành ngày.",
                        text=text,
                        day=found.day,
                        month=found.month,
                    ),
                )
            return found
        if parts and len(parts[3]) == 2:
            self.wrong(key, say("“%(text)s” thiếu năm đủ bốn chữ số, ví dụ 05/03/2026.", text=text))
        elif parts and int(parts[2]) > 12 >= int(parts[1]):
            self.wrong(
                key,
                say(
                    "“%(text)s” đặt tháng trước ngày: hãy ghi ngày trước, %(day)s/%(month)s/"
                    "%(year)s.",
                    text=text,
                    day=parts[2],
                    month=parts[1],
                    year=parts[3],
                ),
            )
        else:
            self.wrong(key, say("“%(text)s” không phải là ngày, ví dụ 05/03/2026.", text=text[:40]))
        return None
