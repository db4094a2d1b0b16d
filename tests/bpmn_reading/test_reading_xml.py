"""Bytes from anywhere are read safely, or refused with the reason."""

from __future__ import annotations

import pytest

from engine.bpmn.reading import MAX_BYTES, read_xml
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.errors import DrawingRefused
from tests.bpmn_reading.sketching import HEAD, SOUND, found_in, spoiled

BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<x y="&b;">&b;</x>'
)


def refused(content: bytes) -> list[tuple[str, int | None, str]]:
    with pytest.raises(DrawingRefused) as caught:
        read_xml(content, "thu.bpmn")
    assert all(finding.file == "thu.bpmn" for finding in caught.value.findings)
    return [(f.rule, f.line, str(f.message)) for f in caught.value.findings]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty-file"),
        (b" \n ", "empty-file"),
        (b"%PDF-1.7 ...", "not-bpmn"),
        (b"PK\x03\x04...", "not-bpmn"),
        (b'{"a": 1}', "not-bpmn"),
        (b"<html><body/></html>", "not-bpmn"),
        (b'<Package xmlns="http://www.wfmc.org/2008/XPDL2.1"/>', "not-bpmn"),
        (b"<definitions/>", "not-bpmn"),
        (b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"/>', "not-bpmn"),
        (BOMB.encode(), "document-type"),
        (b"<?xml version='1.0'?><!-- x --><?p q?>\n<!DOCTYPE x><x/>", "document-type"),
        (f'<?xml version="1.0" encoding="UTF-16"?>{BOMB}'.encode("utf-16"), "document-type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "document-type"),
        (b'<?xml version="1.0" encoding="utf-7"?><x/>', "unknown-encoding"),
        (b"<a>" * 101 + b"</a>" * 101, "too-deep"),
        (b"<a>" * 5000, "too-deep"),
        (b"<a>" + b" " * MAX_BYTES + b"</a>", "too-large"),
        (b"hello", "malformed-xml"),
        (b"\xff\xfe\x00", "wrong-encoding"),
        (b"<a>\xff</a>", "wrong-encoding"),
        (b"<a>\x01</a>", "malformed-xml"),
    ],
)
def test_what_is_no_safe_bpmn_is_refused(content, rule):
    assert refused(content)[0][0] == rule


def test_malformed_xml_is_told_with_its_line_and_a_remedy():
    text = spoiled(("</bpmn:receiveTask>", "</bpmn:userTask>"))
    (finding,) = found_in(text)
    assert finding.rule == "malformed-xml"
    assert finding.line == text[: text.index("</bpmn:userTask>\n<bpmn:endEvent")].count("\n") + 1
    assert "không khớp" in str(finding.message)
    assert "Đóng mỗi thẻ" in str(finding.remedy)


def test_an_undeclared_prefix_is_told():
    ((rule, line, message),) = refused(HEAD.encode() + b"<signavio:x/></bpmn:definitions>")
    assert (rule, line) == ("malformed-xml", HEAD.count("\n") + 1)
    assert "tiền tố" in message


def test_a_truncated_file_is_told():
    assert "cắt ngang" in refused(SOUND.encode()[:2000])[-1][2]


def test_a_slip_in_an_editor_of_text_is_told_once_and_in_plain_words():
    ((_, line, message),) = refused(b'<a>\n<b c="x d="y"/>\n</a>')
    assert line == 2
    assert "thiếu dấu nháy" in message
    assert "construct" not in message
    told = refused("<a>\n<b c='Văn hóa & Xã hội'/>\n<b c='Ký & trình'/></a>".encode())
    assert [(line, "dấu &" in message) for _, line, message in told] == [(2, True), (3, True)]


def test_errors_of_one_file_do_not_show_with_the_next():
    refused(b"<a><b></a>")
    assert len(refused(b"hello")) == 1


def test_many_processing_instructions_do_not_slow_the_search_for_a_document_type():
    content = b"<?a?>" * 20_000 + b"<x/>"
    assert refused(content)[0][0] == "not-bpmn"


def test_a_doctype_spoken_of_in_text_is_no_doctype():
    text = spoiled(("Nhận hồ sơ.", "<![CDATA[<!DOCTYPE x>]]>"))
    assert read_drawing(text.encode(), "x").nodes["B1"].documentation == "<!DOCTYPE x>"


def test_utf_16_and_a_byte_order_mark_are_read():
    text = SOUND.replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert read_drawing(text.encode("utf-16"), "x").nodes["B2"].name == "Xử lý"
    assert read_drawing(b"\xef\xbb\xbf" + SOUND.encode(), "x").key == "thu"
