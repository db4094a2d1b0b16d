"""Tells by its content what an uploaded file is, and what would keep people from reading it."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from zipfile import BadZipFile, ZipFile

import pikepdf
import puremagic
from PIL import Image, UnidentifiedImageError

from engine.domain.messages import Message, say

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Media types that are accepted, by what puremagic calls the content.
TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".pdf": "application/pdf",
        ".jpg": "image/jpeg",
        ".png": "image/png",
        ".webp": "image/webp",
        ".heic": "image/heic",
        ".docx": _WORD,
        ".xlsx": _SHEET,
    }
)

#: What people read when a type is refused.
TYPES_IN_WORDS = "PDF, JPG, PNG, WEBP, HEIC, DOCX, XLSX"

#: A phone's photo has 12 to 50 million pixels; more than this is no photo of a paper.
MOST_PIXELS = 100_000_000

#: What a Word or Excel file may unfold to, in bytes, and into how many parts.
MOST_UNFOLDED = 200 * 2**20
MOST_PARTS = 5_000

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")

# Pillow warns of what it takes for a bomb; the sizes are judged here.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def sniff(content: bytes) -> str | None:
    """The media type that the content shows; None when it is none of those accepted."""
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    if content[4:8] == b"ftyp":
        return TYPES[".heic"] if _is_heic(content) else None
    try:
        kind = puremagic.from_string(content)
    except (puremagic.PureError, ValueError):
        return None
    return TYPES.get({".jpeg": ".jpg", ".jfif": ".jpg"}.get(kind, kind))


def refusal(name: str, content: bytes) -> Message | None:
    """Why a file is not accepted, and how to mend it; None when nothing is wrong with it.

    Damage is not looked for: a file that one program cannot open another one can.
    """
    if _is_locked_office(content):
        return _locked(name)
    media_type = sniff(content)
    if media_type is None:
        return say(
            "Tệp “%(name)s” không thuộc loại được nhận (%(types)s).",
            name=name,
            types=TYPES_IN_WORDS,
        )
    if media_type == TYPES[".pdf"]:
        return _locked(name) if _is_locked_pdf(content) else None
    if media_type in {_WORD, _SHEET}:
        return _office_refusal(name, content)
    return _image_refusal(name, content)


def _office_type(content: bytes) -> str | None:
    """Word and Excel files are zip archives; what is inside tells which. Macros are refused."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, NotImplementedError, ValueError):
        return None
    if "[Content_Types].xml" not in names or any(n.endswith("vbaProject.bin") for n in names):
        return None
    if "word/document.xml" in names:
        return _WORD
    return _SHEET if "xl/workbook.xml" in names else None


def _is_heic(content: bytes) -> bool:
    """By the brands in the file's first box (ISO/IEC 14496-12, 4.3; 23008-12, annex B)."""
    size = int.from_bytes(content[:4], "big")
    brands = content[8 : min(size, 256)]
    return any(brands[at : at + 4] in _HEIC_BRANDS for at in range(0, len(brands) - 3, 4))


def _office_refusal(name: str, content: bytes) -> Message | None:
    with ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNFOLDED:
        return say(
            "Tệp “%(name)s” bung ra quá lớn nên không nhận. Hãy lưu lại thành PDF rồi gửi.",
            name=name,
        )
    return _locked(name) if any(part.flag_bits & 1 for part in parts) else None


def _is_locked_office(content: bytes) -> bool:
    return content.startswith(_OLD_OFFICE) and _ENCRYPTED_OFFICE in content


def _is_locked_pdf(content: bytes) -> bool:
    """Whether a PDF opens with a password only; one that merely forbids printing is none."""
    if b"/Encrypt" not in content:
        return False
    try:
        with pikepdf.open(BytesIO(content)) as document:
            # Viewers ask for the password of readers; that of its maker may be empty.
            return document.is_encrypted and not document.user_password_matched
    except pikepdf.PasswordError:
        return True
    except (pikepdf.PdfError, ValueError):
        return False


def _locked(name: str) -> Message:
    return say(
        "Tệp “%(name)s” có mật khẩu nên sau này không ai đọc được. Hãy bỏ mật khẩu, hoặc in lại "
        "thành PDF không mật khẩu, rồi chọn lại.",
        name=name,
    )


def _image_refusal(name: str, content: bytes) -> Message | None:
    """Judged by what the picture says of its size: nothing is unfolded. HEIC says it elsewhere."""
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            width, height = picture.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        width = height = MOST_PIXELS
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    if width * height <= MOST_PIXELS:
        return None
    return say(
        "Ảnh “%(name)s” quá lớn (hơn %(limit)s triệu điểm ảnh). Hãy chụp hoặc quét lại với độ "
        "phân giải thấp hơn.",
        name=name,
        limit=MOST_PIXELS // 1_000_000,
    )
