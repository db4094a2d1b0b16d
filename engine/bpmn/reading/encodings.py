"""Turns the bytes of an XML file into text, whatever encoding they are really in."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping

from engine.bpmn.findings import refusal
from engine.domain.messages import Message, say

#: By Python's names. Nothing that has states or can hide tags from who looks at the bytes (UTF-7).
_READ = frozenset(
    {
        "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
        "ascii", "mac-roman", "koi8-r", "cp437", "cp850", "cp874", "tis-620",
        "gb2312", "gbk", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr",
        *(f"iso8859-{part}" for part in range(1, 17)),
        *(f"cp125{part}" for part in range(9)),
    }
)  # fmt: skip
_MARKS: tuple[tuple[bytes, str], ...] = (  # (UTF-32 first: its mark begins with that of UTF-16)
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED: Mapping[bytes, str] = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_DECLARED = re.compile(rb"\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{0,60})[\"']")

_SAVE = say("Lưu tệp bằng bảng mã UTF-8.")

# Windows-1258 writes the tone after its vowel, as a byte of its own; TCVN3 has a letter for each.
_TONE = re.compile(rb"[aeiouyAEIOUY\xe2\xea\xf4\xe3\xf5\xfd][\xcc\xd2\xde\xec\xf2]")
_OLD = re.compile(rb"[a-zA-Z][\xb5-\xfe][a-zA-Z\s]")


def decoded(content: bytes, filename: str) -> str:
    """The text of an XML file, its byte order mark left out.

    What the bytes show counts for more than what the file declares: files that say UTF-16 are
    often written as UTF-8, and the reverse. Raises DrawingRefused (`unknown-encoding`,
    `wrong-encoding`).
    """
    encoding, start = encoding_of(content, filename)
    try:
        text = content[start:].decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: start + error.start].count(b"\n") + 1
        message = say(
            "Tệp ghi là dùng bảng mã %(encoding)s, nhưng chữ ở dòng %(line)s không đọc được bằng "
            "bảng mã đó.",
            encoding=encoding.upper(),
            line=line,
        )
        guess = _guess(content)
        if guess is not None:
            message = say("%(sentence)s %(guess)s", sentence=message, guess=guess)
        remedy = say(
            "Mở tệp bằng phần mềm đã vẽ, xuất lại với bảng mã UTF-8; hoặc mở bằng trình soạn thảo "
            "văn bản đúng bảng mã cũ rồi lưu thành UTF-8."
        )
        raise refusal("wrong-encoding", message, remedy, filename, line) from error

    # The tones of Windows-1258 stand apart from their vowels: names are to compare with others.
    return unicodedata.normalize("NFC", text) if encoding == "cp1258" else text


def encoding_of(content: bytes, filename: str) -> tuple[str, int]:
    """The encoding that a file is really in, and where its text begins.

    Raises DrawingRefused (`unknown-encoding`).
    """
    encoding, start = _shown(content)
    return encoding or _declared(content, filename), start


def _shown(content: bytes) -> tuple[str | None, int]:
    """The encoding that the first bytes give away, and where the text begins."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding, len(mark)
    return _UNMARKED.get(content.lstrip(b" \t\r\n")[:2]), 0


def _declared(content: bytes, filename: str) -> str:
    found = _DECLARED.match(content)
    said = found[1].decode("ascii") if found else ""
    if not said:
        return "utf-8"
    try:
        encoding = codecs.lookup(said).name
    except LookupError:
        encoding = ""
    if encoding not in _READ:
        message = say("Không đọc bảng mã “%(encoding)s”.", encoding=said)
        raise refusal("unknown-encoding", message, _SAVE, filename, 1)
    # Two bytes to a letter would have shown above.
    return "utf-8" if encoding.startswith(("utf-16", "utf-32", "ascii")) else encoding


def _guess(content: bytes) -> Message | None:
    """What the encoding may be, for a drawing with Vietnamese names."""
    sample = content[:200_000]
    if _TONE.search(sample):
        return say("Có vẻ là Windows-1258 (tiếng Việt của Windows).")
    if len(_OLD.findall(sample)) > 1:
        return say("Có vẻ là bảng mã cũ như TCVN3 (ABC) hoặc Windows-1252.")
    return None
