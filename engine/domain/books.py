"""The books (sổ) in which a unit numbers what it issues: kinds, and how a number is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.errors import Misuse
from engine.domain.messages import Message, say


class Kind(StrEnum):
    """What a book numbers. Official letters share one book, as offices keep it."""

    RECEIPT = "giay-tiep-nhan"  # mẫu 01
    SUPPLEMENT = "yeu-cau-bo-sung"  # mẫu 02
    REFUSAL = "tu-choi"  # mẫu 03
    APOLOGY = "xin-loi"  # mẫu 04
    STOP = "dung-giai-quyet"  # mẫu 05
    OUTGOING = "van-ban-di"  # công văn, tờ trình, biên bản, danh sách


NAMES: dict[Kind, Message] = {
    Kind.RECEIPT: say("Sổ giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    Kind.SUPPLEMENT: say("Sổ phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
    Kind.REFUSAL: say("Sổ phiếu từ chối tiếp nhận"),
    Kind.APOLOGY: say("Sổ văn bản xin lỗi và đề nghị gia hạn"),
    Kind.STOP: say("Sổ thông báo dừng giải quyết"),
    Kind.OUTGOING: say("Sổ văn bản đi"),
}

#: How a number is written in full where nobody set anything else.
PATTERNS: dict[Kind, str] = {
    Kind.RECEIPT: "{number}/GTN-{sign}",
    Kind.SUPPLEMENT: "{number}/YCBS-{sign}",
    Kind.REFUSAL: "{number}/TCTN-{sign}",
    Kind.APOLOGY: "{number}/XL-{sign}",
    Kind.STOP: "{number}/TBD-{sign}",
    Kind.OUTGOING: "{number}/{kind}{sign}",
}

#: Short names of kinds of letters (Nghị định 30/2020/NĐ-CP, Phụ lục III); a công văn has none.
LETTERS: dict[str, Message] = {
    "": say("Công văn"),
    "TTr": say("Tờ trình"),
    "BC": say("Báo cáo"),
    "TB": say("Thông báo"),
    "QĐ": say("Quyết định"),
    "KH": say("Kế hoạch"),
    "BB": say("Biên bản"),
    "GM": say("Giấy mời"),
    "PC": say("Phiếu chuyển"),
    "PB": say("Phiếu báo"),
}

#: No book has more numbers, and none of them is written longer in full.
HIGHEST = 999_999
SIGN_LENGTH = 80
PATTERN_LENGTH = 60
_LONGEST = {"unit": "X" * 30, "letter": "X" * 10}

PLACES = frozenset({"number", "year", "kind", "sign"})
_PLACE = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True)
class Pattern:
    """`{number}/{kind}{sign}`: number, year, short name of the kind of letter, sign of the unit.

    Raises Misuse for a pattern without `{number}`, with a place that nothing fills or that comes
    twice, or by which a number would be too long.
    """

    text: str

    def __post_init__(self) -> None:
        found = _PLACE.findall(self.text)
        stray = _PLACE.sub("", self.text)
        unknown = set(found) - PLACES or "{" in stray or "}" in stray
        if unknown or "number" not in found or len(found) > len(set(found)):
            raise Misuse(
                say(
                    "Cách ghi số “%(pattern)s” phải có {number} và chỉ được dùng {number}, {year}, "
                    "{kind}, {sign}, mỗi chỗ một lần.",
                    pattern=self.text,
                )
            )
        longest = self.filled(HIGHEST, 9999, _LONGEST["unit"], _LONGEST["letter"])
        if len(self.text) > PATTERN_LENGTH or len(longest) > SIGN_LENGTH:
            raise Misuse(
                say(
                    "Cách ghi số “%(pattern)s” dài quá: chỉ nên có vài chữ ngoài các chỗ điền.",
                    pattern=self.text[:PATTERN_LENGTH],
                )
            )

    def filled(self, number: int, year: int, sign: str, kind: str = "") -> str:
        """The number in full. Below 10 it gets a zero before it (Nghị định 30/2020/NĐ-CP,
        Phụ lục I, mục II.3). `kind`: “TTr” for a tờ trình; a công văn has none."""
        values = {
            "number": f"{number:02d}",
            "year": str(year),
            "sign": sign,
            "kind": f"{kind}-" if kind else "",
        }
        return _PLACE.sub(lambda place: values[place.group(1)], self.text).strip("/-")
