"""The documentation of a procedure, read by its headings."""

from __future__ import annotations

from pathlib import Path

from engine.bpmn.reading.dialect import read_drawing
from engine.domain.brochures import LEGAL_BASIS, PAPERS, TOLD, read_brochure

QT02 = Path(__file__).parents[2] / "bpmn" / "liet-si" / "qt02-cap-doi-bang.bpmn"

TEXT = """Nguồn: Nghị định số 131/2021/NĐ-CP.

Căn cứ pháp lý:
- khoản 3 Điều 18;
- Điều 26.
Người nộp: đại diện thân nhân (khoản 1).
Thành phần hồ sơ (mục I), 01 bộ:
Gồm:
1. Đơn;
2. Một trong các giấy tờ: a) bản gốc; b) bản sao.
Lệ phí: không.
Ghi chú: Kết quả: không phải đầu dòng."""


def test_each_heading_has_its_text_and_the_rest_is_the_introduction() -> None:
    found = read_brochure(TEXT)
    assert found.introduction == "Nguồn: Nghị định số 131/2021/NĐ-CP."
    assert list(found.sections) == ["Người nộp", "Thành phần hồ sơ", "Lệ phí", "Căn cứ pháp lý"]
    assert found.text("Người nộp") == "đại diện thân nhân (khoản 1)."
    assert found.text(LEGAL_BASIS).splitlines() == ["- khoản 3 Điều 18;", "- Điều 26."]
    assert found.text("Kết quả") == ""
    assert found.text("Lệ phí").endswith("không phải đầu dòng.")


def test_lists_and_paragraphs_come_in_turn_without_their_marks() -> None:
    papers = read_brochure(TEXT).sections[PAPERS]
    assert papers.remark == "(mục I), 01 bộ"
    assert papers.parts == [
        (False, ["Gồm:"]),
        (True, ["Đơn;", "Một trong các giấy tờ: a) bản gốc; b) bản sao."]),
    ]


def test_a_heading_written_twice_keeps_both_and_none_is_no_error() -> None:
    assert read_brochure("Kết quả: một\nKết quả: hai").text("Kết quả") == "một\nhai"
    assert read_brochure("").sections == {}
    assert read_brochure("Không có đề mục nào").introduction == "Không có đề mục nào"


def test_quy_trinh_02_tells_everything_that_an_officer_is_asked() -> None:
    found = read_brochure(read_drawing(QT02.read_bytes(), "").documentation)
    missing = {heading for heading in TOLD if not found.text(heading)}
    assert missing == {"Hết hiệu lực"}
    assert len(found.sections[PAPERS].parts[0][1]) == 3
