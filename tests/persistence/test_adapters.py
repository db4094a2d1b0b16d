"""Files kept by hash and refused by content; passwords as argon2id."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import argon2
import pytest

from engine.adapters.file_store import TYPES, FolderFileStore
from engine.adapters.passwords import Argon2Passwords
from engine.domain.errors import Misuse, NotFound
from engine.ports import FileStore, PasswordHasher, UploadedFile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(20)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(24)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(24)


def office(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<x/>")
    return made.getvalue()


DOCX, XLSX = office("word/document.xml"), office("xl/workbook.xml")


@pytest.fixture
def store(tmp_path: Path) -> FolderFileStore:
    return FolderFileStore(tmp_path / "files", max_bytes=2**20)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPG, "image/jpeg"),
        (WEBP, "image/webp"),
        (HEIC, "image/heic"),
        (DOCX, TYPES[".docx"]),
        (XLSX, TYPES[".xlsx"]),
    ],
)
def test_accepted_types_go_by_content_not_by_name(
    store: FileStore, content: bytes, media_type: str
) -> None:
    kept = store.keep(UploadedFile("giấy.exe", content))
    assert (kept.media_type, kept.size, kept.filename) == (media_type, len(content), "giấy.exe")
    assert store.read(kept.sha256) == content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ" + bytes(100),
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        office("word/document.xml", "word/vbaProject.bin"),
        office("META-INF/MANIFEST.MF"),
        b"PK\x03\x04broken",
        PDF + bytes(2**20),
    ],
)
def test_other_content_is_refused_whatever_it_is_called(store: FileStore, content: bytes) -> None:
    with pytest.raises(Misuse):
        store.keep(UploadedFile("giay.pdf", content))


def test_the_same_file_is_kept_once(store: FolderFileStore, tmp_path: Path) -> None:
    first = store.keep(UploadedFile("a.pdf", PDF))
    assert store.keep(UploadedFile("b.pdf", PDF)).sha256 == first.sha256
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files] == [first.sha256]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\ho so\\đơn.pdf", "đơn.pdf"),
        ("a\r\nb\x00.pdf", "ab.pdf"),
        ("", "tep"),
    ],
)
def test_names_lose_what_has_no_business_in_them(store: FileStore, given: str, kept: str) -> None:
    assert store.keep(UploadedFile(given, PDF)).filename == kept


@pytest.mark.parametrize("digest", ["0" * 64, "../" * 20 + "abcd", "", "A" * 64])
def test_what_is_not_there_is_not_found(store: FileStore, digest: str) -> None:
    with pytest.raises(NotFound):
        store.read(digest)


def test_a_password_is_verified_and_nothing_else_is() -> None:
    passwords: PasswordHasher = Argon2Passwords(argon2.profiles.CHEAPEST)
    hashed = passwords.hash("mật khẩu")
    assert hashed.startswith("$argon2id$")
    assert passwords.verify(hashed, "mật khẩu")
    assert not passwords.verify(hashed, "mat khau")
    assert not passwords.verify("", "mật khẩu")
    assert passwords.hash("mật khẩu") != hashed
