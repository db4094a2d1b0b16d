"""Safe reading of XML: bytes from anywhere become a tree with line numbers, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from engine.bpmn.findings import Finding, Severity
from engine.domain.errors import DrawingRefused
from engine.domain.messages import Message, say

MAX_BYTES = 5_000_000
MAX_DEPTH = 100

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"

# What stands before the root element: a document type may only stand there. Possessive, so that
# no file can make it backtrack.
_DOCTYPE = re.compile(rb"(?>\s+|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!DOCTYPE", re.DOTALL)
_ENCODING = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]*)[\"']")
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1"})

_OTHER_FILES: tuple[tuple[bytes, Message], ...] = (
    (b"%PDF", say("Tệp này là tài liệu PDF, không phải bản vẽ BPMN.")),
    (b"PK\x03\x04", say("Tệp này là tệp nén hoặc tài liệu văn phòng, không phải bản vẽ BPMN.")),
    (b"{", say("Tệp này là JSON, không phải bản vẽ BPMN.")),
    (b"[", say("Tệp này là JSON, không phải bản vẽ BPMN.")),
    (b"\x89PNG", say("Tệp này là hình ảnh, không phải bản vẽ BPMN.")),
)
_OTHER_ROOTS: Mapping[str, Message] = {
    "Package": say("Tệp này là XPDL, không phải BPMN 2.0."),
    "html": say("Tệp này là trang HTML, không phải bản vẽ BPMN."),
    "svg": say("Tệp này là hình SVG, không phải bản vẽ BPMN."),
    "mxfile": say("Tệp này là bản vẽ draw.io, không phải BPMN 2.0."),
}
_EXPORT = say("Hãy mở bản vẽ trong Camunda Modeler hoặc bpmn.io và lưu dưới dạng BPMN 2.0 (.bpmn).")

_CUT_OFF = (
    say("Tệp bị cắt ngang: có thẻ mở ra mà không đóng lại."),
    say("Lưu hoặc tải lại tệp cho đủ."),
)
_SYNTAX: Mapping[str, tuple[Message, Message]] = {
    "ERR_TAG_NAME_MISMATCH": (
        say("Thẻ mở và thẻ đóng không khớp nhau."),
        say("Đóng mỗi thẻ bằng đúng tên đã mở, thẻ mở sau đóng trước."),
    ),
    "ERR_TAG_NOT_FINISHED": _CUT_OFF,
    "ERR_GT_REQUIRED": _CUT_OFF,
    "ERR_DOCUMENT_END": (
        say("Có nội dung thừa sau khi tài liệu đã kết thúc."),
        say("Xóa phần nằm sau thẻ đóng cuối cùng."),
    ),
    "ERR_DOCUMENT_EMPTY": (
        say("Tệp không bắt đầu như một tài liệu XML."),
        _EXPORT,
    ),
    "ERR_UNDECLARED_ENTITY": (
        say("Dùng thực thể XML chưa khai báo."),
        say("Chỉ dùng &amp; &lt; &gt; &quot; &apos;, hoặc viết thẳng ký tự đó."),
    ),
    "ERR_ATTRIBUTE_REDEFINED": (
        say("Một thuộc tính được ghi hai lần trên cùng một thẻ."),
        say("Chỉ giữ lại một lần."),
    ),
    "ERR_INVALID_CHAR": (
        say("Có ký tự không được phép trong XML."),
        say("Xóa ký tự điều khiển, lưu tệp bằng bảng mã UTF-8."),
    ),
    "ERR_INVALID_ENCODING": (
        say("Nội dung không đúng bảng mã đã khai báo."),
        say("Lưu tệp bằng bảng mã UTF-8."),
    ),
    "NS_ERR_UNDEFINED_NAMESPACE": (
        say("Dùng tiền tố không gian tên chưa khai báo."),
        say('Khai báo tiền tố ở thẻ gốc, ví dụ xmlns:camunda="%(camunda)s".', camunda=CAMUNDA),
    ),
}
_SYNTAX_ELSE = (
    say("Tệp không phải XML hợp lệ."),
    say("Mở tệp trong Camunda Modeler hoặc bpmn.io, sửa và lưu lại."),
)


def read_xml(content: bytes, filename: str) -> etree._Element:
    """The root element of the BPMN file; each element knows its `sourceline`.

    Raises DrawingRefused with findings when the bytes are too many, malformed, too deep, carry a
    document type or entities, or are no BPMN 2.0.
    """
    root = read_any_xml(content, filename)
    _refuse_other_root(root, filename)
    return root


def read_any_xml(content: bytes, filename: str) -> etree._Element:
    """The same for any XML vocabulary (decision tables). Raises DrawingRefused."""
    _refuse_by_bytes(content, filename)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _malformed(error, parser, filename) from error
    except (etree.LxmlError, ValueError, LookupError) as error:
        message, remedy = _SYNTAX_ELSE
        raise refusal("malformed-xml", message, remedy, filename) from error
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise _doctype(filename)
    _refuse_depth(root, filename)
    return root


def line_of(element: etree._Element) -> int:
    """The 1-based line on which an element begins."""
    line: object = element.sourceline  # (the stubs do not know its type)
    return line if isinstance(line, int) else 1


def refusal(
    rule: str, message: Message, remedy: Message, filename: str, line: int | None = None
) -> DrawingRefused:
    """A refusal of the whole file for one reason."""
    return DrawingRefused(
        [Finding(rule, Severity.ERROR, message, remedy, line=line, file=filename)]
    )


def _refuse_by_bytes(content: bytes, filename: str) -> None:
    if not content.strip():
        raise refusal("empty-file", say("Tệp trống."), _EXPORT, filename)
    if len(content) > MAX_BYTES:
        message = say(
            "Tệp lớn %(size)s MB, quá giới hạn %(limit)s MB.",
            size=round(len(content) / 1e6, 1),
            limit=MAX_BYTES // 1_000_000,
        )
        remedy = say("Bỏ hình ảnh nhúng trong tệp hoặc tách bản vẽ thành các quy trình con.")
        raise refusal("too-large", message, remedy, filename)
    bare = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, message in _OTHER_FILES:
        if bare.startswith(magic):
            raise refusal("not-bpmn", message, _EXPORT, filename)
    # UTF-16 and UTF-32 write ASCII with zero bytes between: without those one search serves all.
    ascii_like = bare.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")
    declared = _ENCODING.match(ascii_like)
    if declared and declared[1].lower() not in _ENCODINGS:
        message = say(
            "Không đọc bảng mã “%(encoding)s”.", encoding=declared[1].decode("ascii", "replace")
        )
        raise refusal("unknown-encoding", message, say("Lưu tệp bằng bảng mã UTF-8."), filename, 1)
    if _DOCTYPE.match(ascii_like):
        raise _doctype(filename)


def _doctype(filename: str) -> DrawingRefused:
    return refusal(
        "document-type",
        say("Tệp có khai báo DOCTYPE hoặc thực thể; vì an toàn, hệ thống không đọc."),
        say("Xóa phần <!DOCTYPE …> ở đầu tệp; bản vẽ BPMN không cần phần này."),
        filename,
        1,
    )


def _malformed(
    error: etree.XMLSyntaxError, parser: etree.XMLParser, filename: str
) -> DrawingRefused:
    findings = []
    log: Any = parser.error_log  # (that of the error is shared by all parsers of the thread)
    for entry in log.filter_from_errors():
        if "depth" in entry.message.lower():
            return _too_deep(filename, entry.line)
        message, remedy = _SYNTAX.get(entry.type_name, _SYNTAX_ELSE)
        findings.append(
            Finding(
                "malformed-xml",
                Severity.ERROR,
                say(
                    "%(sentence)s (Dòng %(line)s, cột %(column)s: %(detail)s)",
                    sentence=message,
                    line=entry.line,
                    column=entry.column,
                    detail=entry.message.strip()[:200],
                ),
                remedy,
                line=entry.line,
                file=filename,
            )
        )
    if not findings:
        message, remedy = _SYNTAX_ELSE
        return refusal("malformed-xml", message, remedy, filename, error.lineno)
    return DrawingRefused(findings[:20])


def _refuse_depth(root: etree._Element, filename: str) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise _too_deep(filename, line_of(element))


def _too_deep(filename: str, line: int | None) -> DrawingRefused:
    return refusal(
        "too-deep",
        say("Các thẻ lồng nhau quá sâu (quá %(limit)s lớp).", limit=MAX_DEPTH),
        say("Vẽ phẳng hơn, hoặc tách quy trình con ra tệp riêng."),
        filename,
        line,
    )


def _refuse_other_root(root: etree._Element, filename: str) -> None:
    name = etree.QName(root)
    if name.localname == "definitions" and name.namespace == BPMN:
        return
    if name.localname in _OTHER_ROOTS:
        message = _OTHER_ROOTS[name.localname]
    elif name.localname == "definitions":
        message = say(
            "Thẻ gốc “definitions” thuộc không gian tên “%(namespace)s”, không phải BPMN 2.0 "
            "(%(expected)s).",
            namespace=name.namespace or "",
            expected=BPMN,
        )
    else:
        message = say("Thẻ gốc là “%(tag)s”, không phải BPMN 2.0.", tag=name.localname)
    raise refusal("not-bpmn", message, _EXPORT, filename, line_of(root))
