"""Safe reading of XML: bytes from anywhere become a tree with line numbers, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from engine.bpmn.findings import Finding, Severity, refusal
from engine.bpmn.reading.encodings import decoded
from engine.bpmn.reading.formats import EXPORT, foreign_bytes, foreign_root
from engine.domain.errors import DrawingRefused
from engine.domain.messages import Message, say

MAX_BYTES = 5_000_000
MAX_DEPTH = 100
MAX_ELEMENTS = 250_000  # tags: a drawing of 10,000 elements has some 100,000
MAX_ATTRIBUTES = 200  # on one tag
MAX_VALUE = 50_000  # letters of one attribute

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"

# What stands before the root element: a document type may only stand there. Possessive, so that
# no file can make it backtrack.
_DOCTYPE = re.compile(r"(?>\s+|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!DOCTYPE", re.DOTALL)
_INCLUDE = "{http://www.w3.org/2001/XInclude}include"

_CUT_OFF = (
    say("Tệp bị cắt ngang: có thẻ mở ra mà không đóng lại."),
    say("Lưu hoặc tải lại tệp cho đủ."),
)
_UNQUOTED = (
    say("Một giá trị trên thẻ thiếu dấu nháy, hoặc dùng dấu nháy cong “ ”."),
    say(
        'Đặt giá trị giữa hai dấu nháy thẳng, ví dụ name="Phê duyệt"; dấu < trong giá trị thì '
        "viết là &lt;."
    ),
)
_BARE_SIGN = (
    say("Có dấu & hoặc dấu < viết thẳng trong chữ."),
    say("Viết & là &amp;, viết < là &lt;; trong tên thì dùng chữ “và” cũng được."),
)
_SYNTAX: Mapping[str, tuple[Message, Message]] = {
    "ERR_TAG_NAME_MISMATCH": (
        say("Thẻ mở và thẻ đóng không khớp nhau."),
        say("Đóng mỗi thẻ bằng đúng tên đã mở, thẻ mở sau đóng trước."),
    ),
    "ERR_TAG_NOT_FINISHED": _CUT_OFF,
    "ERR_SPACE_REQUIRED": _UNQUOTED,
    "ERR_ATTRIBUTE_NOT_STARTED": _UNQUOTED,
    "ERR_ATTRIBUTE_NOT_FINISHED": _UNQUOTED,
    "ERR_LT_IN_ATTRIBUTE": _UNQUOTED,
    "ERR_NAME_REQUIRED": _BARE_SIGN,
    "ERR_ENTITYREF_SEMICOL_MISSING": _BARE_SIGN,
    "ERR_RESERVED_XML_NAME": (
        say("Trước dòng <?xml …?> còn chữ hoặc dòng trống."),
        say("Xóa mọi thứ đứng trước <?xml …?>."),
    ),
    "ERR_GT_REQUIRED": _CUT_OFF,
    "ERR_DOCUMENT_END": (
        say("Có nội dung thừa sau khi tài liệu đã kết thúc."),
        say("Xóa phần nằm sau thẻ đóng cuối cùng."),
    ),
    "ERR_DOCUMENT_EMPTY": (
        say("Tệp không bắt đầu như một tài liệu XML."),
        EXPORT,
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
    say(
        "Mở bản lưu gần nhất trong Camunda Modeler hoặc bpmn.io rồi vẽ tiếp ở đó; hoặc sửa đúng "
        "dòng này trong tệp."
    ),
)
#: Faults after which the rest of the file is still read as it was meant: more may be told.
_LONE = frozenset(
    {
        "ERR_ATTRIBUTE_REDEFINED",
        "ERR_ENTITYREF_SEMICOL_MISSING",
        "ERR_INVALID_CHAR",
        "ERR_NAME_REQUIRED",
        "ERR_UNDECLARED_ENTITY",
        "NS_ERR_UNDEFINED_NAMESPACE",
    }
)
#: Faults of which the parser's own words name the tag, the attribute or the prefix.
_NAMING = (_LONE - {"ERR_ENTITYREF_SEMICOL_MISSING", "ERR_NAME_REQUIRED"}) | {
    "ERR_TAG_NAME_MISMATCH"
}


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
    text = decoded(content, filename)
    bare = text.lstrip()
    if not bare:
        raise _empty(filename)
    if bare.startswith("<?xml"):
        text = bare  # blank lines before the declaration are a slip, not another format
    if _DOCTYPE.match(text):
        raise _doctype(filename)
    parser = etree.XMLParser(
        encoding="utf-8",  # whatever the file declares: it is text by now
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise _malformed(error, parser, text, filename) from error
    except (etree.LxmlError, ValueError, LookupError) as error:
        message, remedy = _SYNTAX_ELSE
        raise refusal("malformed-xml", message, remedy, filename) from error
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise _doctype(filename)
    _refuse_excess(root, filename)
    return root


def line_of(element: etree._Element) -> int:
    """The 1-based line on which an element begins."""
    line: object = element.sourceline  # (the stubs do not know its type)
    return line if isinstance(line, int) else 1


def _empty(filename: str) -> DrawingRefused:
    return refusal("empty-file", say("Tệp trống."), EXPORT, filename)


def _refuse_by_bytes(content: bytes, filename: str) -> None:
    if not content.strip(b" \t\r\n\0"):
        raise _empty(filename)
    if len(content) > MAX_BYTES:
        message = say(
            "Tệp lớn %(size)s MB, quá giới hạn %(limit)s MB.",
            size=round(len(content) / 1e6, 1),
            limit=MAX_BYTES // 1_000_000,
        )
        remedy = say("Bỏ hình ảnh nhúng trong tệp hoặc tách bản vẽ thành các quy trình con.")
        raise refusal("too-large", message, remedy, filename)
    foreign = foreign_bytes(content)
    if foreign is not None:
        raise refusal("not-bpmn", *foreign, filename)


def _doctype(filename: str) -> DrawingRefused:
    return refusal(
        "document-type",
        say("Tệp có khai báo DOCTYPE hoặc thực thể; vì an toàn, hệ thống không đọc."),
        say("Xóa phần <!DOCTYPE …> ở đầu tệp; bản vẽ BPMN không cần phần này."),
        filename,
        1,
    )


def _malformed(
    error: etree.XMLSyntaxError, parser: etree.XMLParser, text: str, filename: str
) -> DrawingRefused:
    findings = []
    cut = text.startswith("<") and not text.rstrip().endswith(">")
    log: Any = parser.error_log  # (that of the error is shared by all parsers of the thread)
    for entry in log.filter_from_errors():
        if "depth" in entry.message.lower():
            return _too_deep(filename, entry.line)
        findings.append(_syntax_fault(entry, filename, cut=cut))
        if entry.type_name not in _LONE:
            break  # what the parser says of the rest comes of this
    if not findings:
        message, remedy = _SYNTAX_ELSE
        return refusal("malformed-xml", message, remedy, filename, error.lineno)
    return DrawingRefused(findings[:20])


def _syntax_fault(entry: Any, filename: str, *, cut: bool) -> Finding:
    """`cut`: nothing is wrong with the file but that its end is missing."""
    kind = entry.type_name
    message, remedy = _CUT_OFF if cut else _SYNTAX.get(kind, _SYNTAX_ELSE)
    place = {"sentence": message, "line": entry.line, "column": entry.column}
    if not cut and (kind in _NAMING or kind not in _SYNTAX):
        told = say(
            "%(sentence)s (Dòng %(line)s, cột %(column)s: %(detail)s)",
            **place,
            detail=entry.message.strip()[:200],
        )
    else:
        told = say("%(sentence)s (Dòng %(line)s, cột %(column)s)", **place)
    return Finding("malformed-xml", Severity.ERROR, told, remedy, line=entry.line, file=filename)


def _refuse_excess(root: etree._Element, filename: str) -> None:
    """What no drawing has, and what rules would be slow or drown in."""
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if depth > MAX_DEPTH:
            raise _too_deep(filename, line_of(element))
        if count > MAX_ELEMENTS or len(element.attrib) > MAX_ATTRIBUTES:
            raise _too_many(filename, line_of(element))
        if element.tag == _INCLUDE:
            raise _included(filename, line_of(element))
    for value in _values(root):
        if len(value) > MAX_VALUE:
            raise _too_long(filename, line_of(value.getparent()))


def _values(root: etree._Element) -> Iterable[Any]:
    """The attributes that are longer than any may be; they know their elements."""
    found: Any = root.xpath(f"//@*[string-length() > {MAX_VALUE}]")
    return found if isinstance(found, list) else ()


def _too_many(filename: str, line: int) -> DrawingRefused:
    message = say(
        "Tệp có quá nhiều phần tử (quá %(elements)s thẻ, hoặc quá %(attributes)s thuộc tính trên "
        "một thẻ).",
        elements=MAX_ELEMENTS,
        attributes=MAX_ATTRIBUTES,
    )
    remedy = say("Tách bản vẽ thành nhiều quy trình gọi nhau, mỗi quy trình một tệp.")
    return refusal("too-many-elements", message, remedy, filename, line)


def _too_long(filename: str, line: int) -> DrawingRefused:
    message = say("Có thuộc tính dài quá %(limit)s chữ.", limit=MAX_VALUE)
    remedy = say("Rút ngắn nội dung; hướng dẫn dài thì để trong phần mô tả (documentation).")
    return refusal("too-long-value", message, remedy, filename, line)


def _included(filename: str, line: int) -> DrawingRefused:
    message = say("Tệp gọi nội dung từ tệp khác (xi:include); vì an toàn, hệ thống không đọc.")
    remedy = say(
        "Chép nội dung đó vào tệp, hoặc vẽ thành một quy trình riêng rồi gọi bằng bước gọi quy "
        "trình (call activity)."
    )
    return refusal("external-content", message, remedy, filename, line)


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
    raise refusal("not-bpmn", *foreign_root(root, BPMN), filename, line_of(root))
