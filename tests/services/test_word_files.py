"""Word files: the same words as the PDF, nothing filled in where a field is missing."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from engine.adapters.word_writer import WordWriter
from engine.bootstrap import PRINT_DIR
from engine.domain.errors import TemplateBroken, TemplateLacks

LETTER = {
    "unit": {"name": "Ủy ban nhân dân xã An Phú", "parent": "", "place": "An Phú"},
    "sign": "05/TTr-UBND",
    "day": 3,
    "month": 2,
    "year": 2026,
    "replaces": "",
    "to": ["Sở Nội vụ", "Sở Tài chính"],
    "subject": "cấp đổi Bằng <mờ> & rách",
    "body": "Đoạn một {{ không phải thẻ }}.\nĐoạn hai./.",
    "recipients": ["Như trên", "Lưu: VT"],
    "signer_title": "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
    "signer": "Nguyễn Đức Thành",
}
MINUTES = {
    **LETTER,
    "opened": "8 giờ 00",
    "place": "Trụ sở",
    "chair": "Ông Thành",
    "secretary": "Bà Mai",
    "attendees": ["Ông Thành", "Bà Mai"],
    "ending": "Kết thúc./.",
}


def words(content: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(content))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    inside = [line.text for cell in cells for line in cell.paragraphs]
    return [text for text in (*inside, *(line.text for line in document.paragraphs)) if text]


def template(name: str) -> bytes:
    return (PRINT_DIR / f"{name}.docx").read_bytes()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cong-van", LETTER),
        ("to-trinh", LETTER),
        ("bien-ban-niem-yet", MINUTES),
        ("bien-ban-hop", MINUTES),
    ],
)
def test_a_word_file_says_what_the_data_say(name, data):
    said = words(WordWriter().docx(f"{name}.docx", template(name), data))
    assert "ỦY BAN NHÂN DÂN XÃ AN PHÚ" in said
    assert "Số: 05/TTr-UBND" in said
    assert "An Phú, ngày 03 tháng 02 năm 2026" in said
    assert "Đoạn một {{ không phải thẻ }}." in said  # what people write is no tag
    assert "Đoạn hai./." in said
    assert "- Lưu: VT." in said
    assert any("cấp đổi Bằng <mờ> & rách" in line for line in said)


def test_several_addressees_have_a_line_each():
    said = words(WordWriter().docx("cong-van.docx", template("cong-van"), LETTER))
    assert "Kính gửi: - Sở Nội vụ;" in said
    assert "- Sở Tài chính." in said


def test_a_missing_field_is_named():
    data = {key: value for key, value in LETTER.items() if key != "signer"}
    with pytest.raises(TemplateLacks, match=r"“cong-van\.docx” cần “signer”"):
        WordWriter().docx("cong-van.docx", template("cong-van"), data)
    nowhere = {**LETTER, "unit": {"name": "Xã", "parent": ""}}
    with pytest.raises(TemplateLacks, match="“place”"):
        WordWriter().docx("cong-van.docx", template("cong-van"), nowhere)


def test_a_template_that_is_none_or_reaches_out_is_refused(tmp_path: Path):
    with pytest.raises(TemplateBroken):
        WordWriter().docx("cong-van.docx", b"khong phai tep Word", LETTER)
    document = docx.Document()
    document.add_paragraph("{{ subject.__class__.__mro__ }}")
    document.save(str(tmp_path / "xau.docx"))
    with pytest.raises((TemplateBroken, TemplateLacks)):
        WordWriter().docx("xau.docx", (tmp_path / "xau.docx").read_bytes(), LETTER)
