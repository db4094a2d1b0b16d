"""Whatever is sent in place of a drawing is named, with the way to BPMN, quickly and harmlessly."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile

import pytest

from engine.bpmn.findings import Finding
from engine.bpmn.reading import MAX_ATTRIBUTES, MAX_BYTES, MAX_VALUE, read_xml
from engine.domain.errors import DrawingRefused

EMPTY = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" name="%s"/>'


def refused(content: bytes) -> Finding:
    with pytest.raises(DrawingRefused) as caught:
        read_xml(content, "thu.bpmn")
    finding = caught.value.findings[0]
    assert isinstance(finding, Finding)
    assert str(finding.remedy)
    return finding


def written(declared: str, real: str, name: str) -> bytes:
    return (f'<?xml version="1.0" encoding="{declared}"?>\n' + EMPTY % name).encode(real)


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name in names:
            made.writestr(name, "")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (archive("[Content_Types].xml", "word/document.xml"), "Word"),
        (archive("visio/document.xml"), "Visio"),
        (archive("ModelInfo.xml", "1f2e.diag"), "Bizagi"),
        (archive("quy-trinh/qt02.bpmn"), "có bản vẽ bên trong"),
        (archive("a.txt"), "tệp nén"),
        (b"PK\x03\x04 and no more", "tệp nén"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Visio"),
        (b"SQLite format 3\0", "Visual Paradigm"),
        (b"\xff\xd8\xff\xe0", "hình ảnh"),
        (b'{"resourceId": "c", "stencilset": {}}', "Signavio"),
        (b'{"components": [], "type": "default"}', "biểu mẫu"),
        (b"VERSION <3.0>\n", "ADONIS"),
        (b"<AML/>", "ARIS"),
        (b"<mxfile/>", "draw.io"),
        (b"<xmi:XMI xmlns:xmi='http://www.omg.org/XMI'/>", "UML"),
        (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "DMN"),
        (b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"/>', "đời cũ"),
        (b"<bpmn:BpmnDiagram xmlns:bpmn='http://stp.eclipse.org/bpmn'/>", "Eclipse"),
        (b"<html><body>Sign in</body></html>", "HTML"),
    ],
)
def test_files_of_other_programs_are_named(content, named):
    finding = refused(content)
    assert finding.rule == "not-bpmn"
    assert named in str(finding.message)


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("UTF-8", "utf-16"),
        ("UTF-16", "utf-8"),
        ("UTF-16", "utf-16-le"),
        ("UTF-16", "utf-16-be"),
        ("UTF-8", "utf-8-sig"),
        ("UTF-32", "utf-32"),
    ],
)
def test_a_drawing_is_read_whichever_unicode_it_declares(declared, real):
    root = read_xml(written(declared, real, "Cấp đổi bằng"), "x")
    assert root.get("name") == "Cấp đổi bằng"


@pytest.mark.parametrize(
    ("declared", "real", "name"),
    [
        ("MacRoman", "mac-roman", "Cháu"),
        ("windows-1252", "cp1252", "Cháu"),
        ("windows-1258", "cp1258", "Cháu đ\u00f4\u0309i"),
    ],
)
def test_older_encodings_are_read_when_they_are_declared(declared, real, name):
    root = read_xml(written(declared, real, name), "x")
    assert root.get("name") == name.replace("o\u0302\u0309", "ổ").replace("ô\u0309", "ổ")


def test_an_undeclared_encoding_is_told_with_its_line_and_what_it_may_be():
    finding = refused(written("UTF-8", "cp1258", "Cha\u0301u đ\u00f4\u0309i"))
    assert (finding.rule, finding.line) == ("wrong-encoding", 2)
    assert "Windows-1258" in str(finding.message)


@pytest.mark.parametrize("encoding", ["utf-7", "idna", "zlib", "x-tcvn", "undefined"])
def test_encodings_that_could_hide_something_are_not_read(encoding):
    assert refused(f'<?xml version="1.0" encoding="{encoding}"?><x/>'.encode()).rule == (
        "unknown-encoding"
    )


def test_nothing_is_fetched_from_elsewhere():
    including = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    content = (EMPTY % "x").replace("/>", f">{including}</definitions>").encode()
    assert refused(content).rule == "external-content"


def test_a_style_sheet_named_before_the_root_does_no_harm():
    content = b'<?xml version="1.0"?><?xml-stylesheet href="http://x/y.xsl"?>' + EMPTY.encode()
    assert read_xml(content, "x").get("name") == "%s"


def test_a_blank_line_before_the_declaration_is_forgiven():
    assert read_xml(b"\n" + written("UTF-8", "utf-8", "Hồ sơ"), "x").get("name") == "Hồ sơ"


def test_a_file_cut_inside_a_tag_is_told_to_be_cut():
    assert "cắt ngang" in str(refused(EMPTY.encode()[:-10]).message)


HUGE = {
    "tags": (b"<a>" + b"<b/>" * 1_200_000 + b"</a>", "too-many-elements"),
    "attributes": (
        b"<a " + b" ".join(b'b%d=""' % n for n in range(400_000)) + b"/>",
        "too-many-elements",
    ),
    "one attribute": (b'<a b="' + b"x" * 4_900_000 + b'"/>', "too-long-value"),
    "escapes": (b'<a b="' + b"&amp;" * 900_000 + b'"/>', "too-long-value"),
    "depth": (b"<a>" * 1_600_000, "too-deep"),
    "remarks": (b"<!---->" * 700_000 + b"<x/>", "not-bpmn"),
    "prefixes": (b"<a " + b" ".join(b'xmlns:b%d="u"' % n for n in range(250_000)), "malformed-xml"),
    "the same attribute": (b"<a " + b'x="1" ' * 300_000 + b"/>", "malformed-xml"),
    "entities": (b"<a>" + b"&x;" * 1_000_000 + b"</a>", "malformed-xml"),
}


@pytest.mark.parametrize("key", HUGE)
def test_the_worst_files_are_refused_in_little_time_and_room(key):
    content, rule = HUGE[key]
    assert len(content) <= MAX_BYTES
    tracemalloc.start()
    begun = time.process_time()
    try:
        finding = refused(content)
        spent = time.process_time() - begun
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert finding.rule == rule
    assert spent < 5
    assert peak < 60_000_000


def test_limits_are_those_told():
    attributes = " ".join(f'b{n}=""' for n in range(MAX_ATTRIBUTES - 1))
    within = (EMPTY % "x").replace("/>", f" {attributes}/>").encode()
    assert read_xml(within, "x").get("b0") == ""
    assert read_xml((EMPTY % ("x" * MAX_VALUE)).encode(), "x") is not None
    assert refused((EMPTY % ("x" * (MAX_VALUE + 1))).encode()).rule == "too-long-value"
