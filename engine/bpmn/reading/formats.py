"""Knows files that are no BPMN 2.0 by their first bytes or their root, and the way out of each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from engine.domain.messages import Message, say

#: What it is, and how a BPMN 2.0 file comes out of it.
Told = tuple[Message, Message]

EXPORT = say("Hãy mở bản vẽ trong Camunda Modeler hoặc bpmn.io và lưu dưới dạng BPMN 2.0 (.bpmn).")
_REDRAW = say(
    "Phần mềm này không xuất được BPMN 2.0: hãy vẽ lại trong Camunda Modeler hoặc bpmn.io."
)
_BIZAGI = say("Trong Bizagi Modeler, vào “Export/Import”, chọn “BPMN” rồi gửi tệp .bpmn xuất ra.")
_SIGNAVIO = say("Trong Signavio, chọn “Export”, “BPMN 2.0 XML” rồi gửi tệp .bpmn xuất ra.")
_VISIO = say(
    "Visio không tự xuất được BPMN 2.0: hãy xuất bằng tiện ích bổ sung, hoặc vẽ lại trong Camunda "
    "Modeler hay bpmn.io."
)
_ADONIS = say("Trong ADONIS, chọn xuất “BPMN 2.0 (DI)” rồi gửi tệp .bpmn xuất ra.")
_ARIS = say("Trong ARIS, mở mô hình BPMN, chọn xuất “BPMN 2.0” rồi gửi tệp .bpmn xuất ra.")
_PROJECT = say(
    "Trong Visual Paradigm hoặc Enterprise Architect, mở dự án và xuất bản vẽ thành “BPMN 2.0 XML”."
)
_DECISION = say("Gửi tệp này với đuôi .dmn, cạnh bản vẽ .bpmn dùng nó.")
_NEWER = say("Mở tệp bằng phần mềm đã vẽ (bản mới hơn) và xuất lại thành BPMN 2.0, bản năm 2010.")

_PICTURE = say("Tệp này là hình ảnh, không phải bản vẽ BPMN.")
_ARCHIVE = say("Tệp này là tệp nén hoặc tài liệu văn phòng, không phải bản vẽ BPMN.")
_OFFICE = say("Tệp này là tài liệu Word, Excel hoặc PowerPoint, không phải bản vẽ BPMN.")
_VISIO_FILE = say("Tệp này là bản vẽ Microsoft Visio, không phải BPMN 2.0.")
_BIZAGI_FILE = say("Tệp này là tệp gốc của Bizagi Modeler (.bpm), không phải BPMN 2.0.")
_PROJECT_FILE = say(
    "Tệp này là dự án của Visual Paradigm hoặc Enterprise Architect, không phải BPMN 2.0."
)
_JSON = say("Tệp này là JSON, không phải bản vẽ BPMN.")
_ARIS_FILE = say("Tệp này là tệp xuất của ARIS, không phải BPMN 2.0.")
_ADONIS_FILE = say("Tệp này là tệp xuất riêng của ADONIS, không phải BPMN 2.0.")
_DRAW_IO = say("Tệp này là bản vẽ draw.io, không phải BPMN 2.0.")
_XPDL = say("Tệp này là XPDL, không phải BPMN 2.0.")

_BYTES: tuple[tuple[bytes, Told], ...] = (
    (b"%PDF", (say("Tệp này là tài liệu PDF, không phải bản vẽ BPMN."), EXPORT)),
    (b"\x89PNG", (_PICTURE, EXPORT)),
    (b"\xff\xd8\xff", (_PICTURE, EXPORT)),
    (b"GIF8", (_PICTURE, EXPORT)),
    (b"BM", (_PICTURE, EXPORT)),
    (b"\xd0\xcf\x11\xe0", (
        say("Tệp này là tài liệu Office hoặc bản vẽ Visio đời cũ, không phải BPMN 2.0."), _VISIO,
    )),
    (b"SQLite format 3", (_PROJECT_FILE, _PROJECT)),
    (b"\x00\x01\x00\x00Standard", (_PROJECT_FILE, _PROJECT)),
    (b"{\\rtf", (_OFFICE, EXPORT)),
    (b"VERSION <", (_ADONIS_FILE, _ADONIS)),
    (b"\x1f\x8b", (_ARCHIVE, EXPORT)),
    (b"Rar!", (_ARCHIVE, EXPORT)),
    (b"7z\xbc\xaf", (_ARCHIVE, EXPORT)),
)  # fmt: skip
_SAMPLE = 4_000

#: By a name inside: its beginning or its end.
_INSIDE: tuple[tuple[str, str, Told], ...] = (
    ("visio/", "", (_VISIO_FILE, _VISIO)),
    ("word/", "", (_OFFICE, EXPORT)),
    ("xl/", "", (_OFFICE, EXPORT)),
    ("ppt/", "", (_OFFICE, EXPORT)),
    ("", ".diag", (_BIZAGI_FILE, _BIZAGI)),
    ("", ".bpmn", (
        say("Tệp này là tệp nén có bản vẽ bên trong."), say("Giải nén rồi gửi riêng tệp .bpmn."),
    )),
)  # fmt: skip
_NAMES = 500

_ROOTS: Mapping[str, Told] = {
    "Package": (_XPDL, say("Trong phần mềm đã vẽ, chọn xuất BPMN 2.0 thay cho XPDL.")),
    "html": (
        say("Tệp này là trang HTML, không phải bản vẽ BPMN."),
        say("Tải lại đúng tệp .bpmn: trang web có thể đã trả về trang báo lỗi hoặc đăng nhập."),
    ),
    "svg": (say("Tệp này là hình SVG, không phải bản vẽ BPMN."), EXPORT),
    "mxfile": (_DRAW_IO, _REDRAW),
    "mxGraphModel": (_DRAW_IO, _REDRAW),
    "VisioDocument": (_VISIO_FILE, _VISIO),
    "AML": (_ARIS_FILE, _ARIS),
    "ADOXML": (_ADONIS_FILE, _ADONIS),
    "XMI": (
        say("Tệp này là XMI (mô hình UML), không phải BPMN 2.0."),
        say("Trong phần mềm đã vẽ, chọn xuất “BPMN 2.0 XML” thay cho XMI."),
    ),
    "BpmnDiagram": (say("Tệp này là bản vẽ BPMN 1.x của Eclipse, không phải BPMN 2.0."), _NEWER),
    "pnml": (say("Tệp này là lưới Petri (PNML), không phải bản vẽ BPMN."), EXPORT),
    "epml": (say("Tệp này là sơ đồ EPC (EPML), không phải bản vẽ BPMN."), EXPORT),
    "graphml": (say("Tệp này là đồ thị GraphML (yEd), không phải bản vẽ BPMN."), _REDRAW),
    "process-definition": (say("Tệp này là quy trình jPDL đời cũ, không phải BPMN 2.0."), _NEWER),
    "stylesheet": (say("Tệp này là bảng kiểu XSLT, không phải bản vẽ BPMN."), EXPORT),
    "schema": (say("Tệp này là lược đồ XSD, không phải bản vẽ BPMN."), EXPORT),
    "process": (say("Tệp này là quy trình BPEL hoặc jPDL, không phải BPMN 2.0."), _NEWER),
}


def foreign_bytes(content: bytes) -> Told | None:
    """What the file is by its first bytes; None where it may be XML."""
    if content.startswith(b"PK\x03\x04"):
        return _archived(content)
    bare = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, told in _BYTES:
        if content.startswith(magic) or bare.startswith(magic):
            return told
    return _json(bare[:_SAMPLE]) if bare[:1] in (b"{", b"[") else None


def _archived(content: bytes) -> Told:
    """What an archive holds, by the names in its table of contents: nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()[:_NAMES]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return _ARCHIVE, EXPORT
    for start, end, told in _INSIDE:
        if any(name.startswith(start) and name.lower().endswith(end) for name in names):
            return told
    return _ARCHIVE, EXPORT


def _json(start: bytes) -> Told:
    if b"stencilset" in start or b"resourceId" in start:
        return (
            say("Tệp này là JSON của Signavio hoặc Oryx, không phải BPMN 2.0."),
            _SIGNAVIO,
        )
    if b'"components"' in start and b'"type"' in start:
        return (
            say("Tệp này là biểu mẫu (.form), không phải bản vẽ BPMN."),
            say("Gửi tệp này với đuôi .form, cạnh bản vẽ .bpmn dùng nó."),
        )
    return _JSON, EXPORT


def foreign_root(root: etree._Element, expected: str) -> Told:
    """What an XML file is whose root is no `definitions` of BPMN 2.0."""
    name = etree.QName(root)
    namespace = name.namespace or ""
    if name.localname != "definitions":
        message = say("Thẻ gốc là “%(tag)s”, không phải BPMN 2.0.", tag=name.localname[:100])
        return _ROOTS.get(name.localname, (message, EXPORT))
    if "/DMN/" in namespace:
        return say("Tệp này là bảng quyết định DMN, không phải bản vẽ BPMN."), _DECISION
    if "/CMMN/" in namespace:
        return say("Tệp này là bản vẽ CMMN, không phải BPMN 2.0."), EXPORT
    if "omg.org" in namespace and "BPMN" in namespace.upper():
        message = say(
            "Tệp này là bản BPMN thử nghiệm hoặc đời cũ (không gian tên “%(namespace)s”), không "
            "phải BPMN 2.0.",
            namespace=namespace[:200],
        )
        return message, _NEWER
    message = say(
        "Thẻ gốc “definitions” thuộc không gian tên “%(namespace)s”, không phải BPMN 2.0 "
        "(%(expected)s).",
        namespace=namespace[:200],
        expected=expected,
    )
    return message, EXPORT
