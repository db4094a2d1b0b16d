"""What the documentation of a procedure tells: legal basis, who files, where, with which papers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: What officers look for, as analysts head it; in the order in which it is shown.
LEGAL_BASIS, APPLICANT, CONDITIONS, PLACE = "Căn cứ pháp lý", "Người nộp", "Điều kiện", "Nơi nộp"
PAPERS, FEE, RESULT, TERM = "Thành phần hồ sơ", "Lệ phí", "Kết quả", "Thời hạn"
ENDED, ARCHIVE = "Hết hiệu lực", "Lưu hồ sơ"
READING, ADDED = "Cách đọc nguồn", "Bổ sung của dự án"

HEADINGS = (
    APPLICANT, CONDITIONS, PLACE, PAPERS, FEE, RESULT, TERM, LEGAL_BASIS, ENDED, ARCHIVE, READING,
    ADDED,
)  # fmt: skip

#: What an officer tells an applicant; the rest is for analysts.
TOLD = HEADINGS[: HEADINGS.index(ENDED) + 1]

#: A heading begins a line; a remark may stand between it and its colon.
_HEAD = re.compile(rf"^({'|'.join(map(re.escape, HEADINGS))})([^:\n]{{0,60}}):[ \t]*", re.MULTILINE)

_ITEM = re.compile(r"^(?:[-–•]|\d{1,2}[.)])\s+")


@dataclass(frozen=True)
class Section:
    """What stands under one heading."""

    heading: str
    remark: str  # what stands between the heading and its colon: “(mục I), 01 bộ”
    text: str  # lines, parted by line breaks

    @property
    def parts(self) -> list[tuple[bool, list[str]]]:
        """Paragraphs and lists in turn: whether it is a list, and its lines without their marks."""
        found: list[tuple[bool, list[str]]] = []
        for line in self.text.split("\n"):
            item = _ITEM.match(line) is not None
            if not found or found[-1][0] != item:
                found.append((item, []))
            found[-1][1].append(_ITEM.sub("", line))
        return found


@dataclass(frozen=True)
class Brochure:
    """A documentation, read; an unknown heading stays in the text of the one before it."""

    introduction: str
    sections: Mapping[str, Section]  # by heading, in the order shown

    def text(self, heading: str) -> str:
        """What stands under a heading; "" for none."""
        section = self.sections.get(heading)
        return section.text if section else ""


def read_brochure(documentation: str) -> Brochure:
    """The documentation of a process, part by part; a heading written twice keeps both texts."""
    heads = list(_HEAD.finditer(documentation))
    found: dict[str, Section] = {}
    for section in _sections(documentation, heads):
        before = found.get(section.heading)
        text = "\n".join(filter(None, (before.text if before else "", section.text)))
        found[section.heading] = Section(section.heading, section.remark, text)
    introduction = documentation[: heads[0].start()] if heads else documentation
    ordered = {heading: found[heading] for heading in HEADINGS if heading in found}
    return Brochure(_lines(introduction), ordered)


def _sections(text: str, heads: list[re.Match[str]]) -> Iterator[Section]:
    ends = [*(head.start() for head in heads[1:]), len(text)]
    for head, end in zip(heads, ends, strict=False):  # (no heading: an end without a head)
        yield Section(head[1], head[2].strip(" ,"), _lines(text[head.end() : end]))


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
