"""Makes the Word templates in forms/print/ anew: run it after changing what letters say.

An office may edit the .docx files in Word instead; then this script is no longer theirs to run.
The tags are docxtpl's (Jinja): the same fields as the .typ template of the same name reads.
"""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

FOLDER = Path(__file__).resolve().parent.parent / "forms" / "print"
CENTER, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY

NUMBER = "Số: {{ sign or '……………' }}"
DATE = (
    "{{ unit.place or '…………' }}, ngày {{ '%02d' % day if day else '……' }} tháng "
    "{{ ('%02d' if month < 3 else '%d') % month if month else '……' }} năm {{ year or '………' }}"
)


def page() -> DocumentObject:
    """An A4 page with the margins and the font of Nghị định 30/2020/NĐ-CP."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    number(section.header.paragraphs[0])
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(6)
    style.paragraph_format.space_before = Pt(0)
    return document


def number(paragraph: Paragraph) -> None:
    """The page number, centred at the top from page 2 on."""
    paragraph.alignment = CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", ""), (None, "PAGE"), ("end", "")):
        if kind is None:
            part = OxmlElement("w:instrText")
            part.text = text
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def line(
    place: DocumentObject | _Cell,
    text: str,
    *,
    size: float = 13,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH | None = CENTER,
    after: float = 0,
    indent: bool = False,
    ruled: bool = False,
) -> Paragraph:
    """A paragraph of one run."""
    empty = isinstance(place, _Cell) and len(place.paragraphs) == 1 and not place.text
    paragraph = place.paragraphs[0] if empty else place.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(after)
    if indent:
        paragraph.paragraph_format.first_line_indent = Mm(10)
    if ruled:
        run.underline = True
    return paragraph


def columns(document: DocumentObject, left: float, right: float) -> tuple[_Cell, _Cell]:
    """Two cells side by side without lines."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for cell, width in zip(table.rows[0].cells, (left, right), strict=True):
        cell.width = Mm(width)
    return table.rows[0].cells[0], table.rows[0].cells[1]


def head(document: DocumentObject, *, about: bool) -> None:
    """Letterhead, motto, number, place and date; a công văn's trích yếu below its number."""
    left, right = columns(document, 74, 91)
    line(left, "{%p if unit.parent %}", size=12)
    line(left, "{{ unit.parent|upper }}", size=12)
    line(left, "{%p endif %}", size=12)
    line(left, "{{ unit.name|upper }}", size=12, bold=True)
    line(left, "_________", size=8, after=4)
    line(left, NUMBER)
    if about:
        line(left, "V/v {{ subject }}", size=12)
    line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True)
    line(right, "Độc lập - Tự do - Hạnh phúc", bold=True, ruled=True, after=12)
    line(right, DATE, italic=True)
    line(document, "", after=2)


def title(document: DocumentObject, name: str, about: str) -> None:
    line(document, name, size=14, bold=True)
    line(document, about, size=14, bold=True)
    line(document, "_________", size=8, after=8)


def replaced(document: DocumentObject) -> None:
    line(document, "{%p if replaces is defined and replaces %}")
    line(document, "{{ replaces }}", italic=True, after=6)
    line(document, "{%p endif %}")


def each(place: DocumentObject | _Cell, items: str, text: str, **how: object) -> None:
    """A paragraph for each item."""
    line(place, f"{{%p for each in {items} %}}", size=13, align=None)
    line(place, text, **how)  # type: ignore[arg-type]
    line(place, "{%p endfor %}", size=13, align=None)


def addressed(document: DocumentObject) -> None:
    each(
        document,
        "to",
        "{% if loop.first %}Kính gửi: {% endif %}{% if to|length > 1 %}- {% endif %}{{ each }}"
        "{% if to|length > 1 %}{{ '.' if loop.last else ';' }}{% endif %}",
        after=8,
    )


def body(document: DocumentObject, field: str = "body") -> None:
    each(
        document,
        f"{field}.split('\\n')",
        "{{ each }}",
        align=JUSTIFY,
        after=6,
        indent=True,
    )


def recipients(place: DocumentObject | _Cell) -> None:
    line(place, "Nơi nhận:", size=12, bold=True, italic=True, align=None)
    each(
        place,
        "recipients",
        "- {{ each }}{{ '.' if loop.last else ';' }}",
        size=11,
        align=None,
    )


def signed(cell: _Cell, heading: str, name: str, note: str = "") -> None:
    each(cell, heading, "{{ each|upper }}", bold=True)
    if note:
        line(cell, note, size=12, italic=True)
    for _ in range(4):
        line(cell, "")
    line(cell, name, bold=True)


def letter(name: str, heading: str | None) -> None:
    document = page()
    head(document, about=heading is None)
    if heading:
        title(document, heading, "Về việc {{ subject }}")
    addressed(document)
    replaced(document)
    body(document)
    left, right = columns(document, 82, 83)
    recipients(left)
    signed(right, "signer_title.split('\\n')", "{{ signer }}")
    document.save(str(FOLDER / f"{name}.docx"))


def minutes(name: str, heading: str) -> None:
    document = page()
    head(document, about=False)
    title(document, heading, "{{ subject }}")
    replaced(document)
    how = {"align": None, "after": 6}
    line(document, "Thời gian bắt đầu: {{ opened }}", **how)  # type: ignore[arg-type]
    line(document, "Địa điểm: {{ place }}", **how)  # type: ignore[arg-type]
    line(document, "Thành phần tham dự:", **how)  # type: ignore[arg-type]
    each(document, "attendees", "- {{ each }}", align=None, after=4, indent=True)
    line(document, "Chủ trì (chủ tọa): {{ chair }}", **how)  # type: ignore[arg-type]
    line(document, "Thư ký: {{ secretary }}", **how)  # type: ignore[arg-type]
    line(document, "Nội dung:", **how)  # type: ignore[arg-type]
    body(document)
    body(document, "ending")
    left, right = columns(document, 82, 83)
    note = "(Chữ ký, họ và tên)"
    signed(left, "['Thư ký']", "{{ secretary }}", note)
    signed(right, "['Chủ tọa']", "{{ chair }}", note)
    recipients(document)
    document.save(str(FOLDER / f"{name}.docx"))


if __name__ == "__main__":
    letter("cong-van", None)
    letter("tra-loi", None)
    letter("to-trinh", "TỜ TRÌNH")
    minutes("bien-ban-niem-yet", "BIÊN BẢN")
    minutes("bien-ban-hop", "BIÊN BẢN HỌP")
