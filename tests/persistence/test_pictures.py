"""Stored files drawn in a process of their own: upright, without secrets, within limits."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from engine.adapters import contents, drawing_child
from engine.adapters import pictures as adapter
from engine.adapters.file_store import FolderFileStore
from engine.adapters.pictures import ChildPictures
from engine.domain.errors import Misuse, PhotosRefused, PicturesBusy, Unreadable
from engine.ports import Photo, UploadedFile
from tests.scans import pdf, photo

PDF_TYPE, JPEG_TYPE = "application/pdf", "image/jpeg"


@pytest.fixture
def store(tmp_path: Path) -> FolderFileStore:
    return FolderFileStore(tmp_path / "files", 2**23)


@pytest.fixture
def pictures(store: FolderFileStore, tmp_path: Path) -> ChildPictures:
    return ChildPictures(store, tmp_path / "previews")


def kept(store: FolderFileStore, content: bytes, name: str = "a.pdf") -> str:
    return store.keep(UploadedFile(name, content)).sha256


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def dark(picture: Image.Image, left: float, top: float) -> bool:
    """Whether it is dark at a place, given in shares of width and height."""
    at = int(picture.width * left), int(picture.height * top)
    return picture.convert("L").getpixel(at) < 60  # type: ignore[operator]


def heic() -> bytes:
    register_heif_opener()
    made = io.BytesIO()
    opened(photo(400, 300)).save(made, "HEIF")
    return made.getvalue()


def test_pages_of_a_pdf_are_counted_and_drawn(
    store: FolderFileStore, pictures: ChildPictures
) -> None:
    digest = kept(store, pdf(3))
    leaves = pictures.leaves(digest, PDF_TYPE)
    assert (leaves.count, leaves.sizes) == (3, ((595, 842),) * 3)
    page = opened(pictures.page(digest, PDF_TYPE, 2, 600))
    assert (page.format, page.width, page.height) == ("JPEG", 600, 849)
    assert dark(page, 0.05, 0.05)
    assert not dark(page, 0.5, 0.5)
    with pytest.raises(Unreadable):
        pictures.page(digest, PDF_TYPE, 4, 600)


def test_a_photo_is_shown_upright_and_does_not_say_where_it_was_taken(
    store: FolderFileStore, pictures: ChildPictures
) -> None:
    lying = photo(400, 200, orientation=6, place=True)
    assert opened(lying).getexif().get_ifd(0x8825)
    page = opened(pictures.page(kept(store, lying), JPEG_TYPE, 1, 1000))
    assert (page.width, page.height) == (200, 400)
    assert dark(page, 0.95, 0.05), "the mark is in the upper right corner once it is turned"
    assert not page.getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_pictures_are_drawn_too(
    store: FolderFileStore, pictures: ChildPictures, kind: str
) -> None:
    digest = kept(store, photo(kind=kind), f"a.{kind.lower()}")
    assert pictures.leaves(digest, f"image/{kind.lower()}").count == 1
    assert opened(pictures.page(digest, f"image/{kind.lower()}", 1, 160)).width == 160


def test_what_was_drawn_is_not_drawn_again(
    store: FolderFileStore, pictures: ChildPictures, tmp_path: Path
) -> None:
    digest = kept(store, pdf())
    first = pictures.page(digest, PDF_TYPE, 1, 200)
    for path in (tmp_path / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    assert pictures.page(digest, PDF_TYPE, 1, 200) == first


@pytest.mark.parametrize("content", [b"%PDF-1.7\nbroken", pdf()[:300], photo()[:150]])
def test_what_cannot_be_drawn_is_said_so_each_time(
    store: FolderFileStore, pictures: ChildPictures, content: bytes
) -> None:
    digest = kept(store, content)
    kind = PDF_TYPE if content.startswith(b"%PDF") else JPEG_TYPE
    for _ in range(2):
        with pytest.raises(Unreadable):
            pictures.page(digest, kind, 1, 200)


def test_what_was_not_drawn_for_want_of_time_is_drawn_later(
    store: FolderFileStore, pictures: ChildPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = kept(store, pdf())
    with monkeypatch.context() as hurried:
        hurried.setattr(adapter, "LONGEST", 0.001)
        with pytest.raises(PicturesBusy):
            pictures.page(digest, PDF_TYPE, 1, 200)
    assert opened(pictures.page(digest, PDF_TYPE, 1, 200)).width == 200


def changed_child(monkeypatch: pytest.MonkeyPatch, folder: Path, before: str, after: str) -> None:
    source = Path(drawing_child.__file__).read_text(encoding="utf-8")
    assert before in source
    child = folder / "child.py"
    child.write_text(source.replace(before, after), encoding="utf-8")
    monkeypatch.setattr(drawing_child, "__file__", str(child))


def test_what_opens_files_of_strangers_knows_no_secrets(
    store: FolderFileStore,
    pictures: ChildPictures,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("QUYTRINH_SECRET_KEY", "x" * 40)
    looks = "import os\n\nassert not [name for name in os.environ if 'QUYTRINH' in name]\n\nJOBS ="
    changed_child(monkeypatch, tmp_path, "JOBS =", looks)
    assert opened(pictures.page(kept(store, photo()), JPEG_TYPE, 1, 100)).width == 100


def test_a_file_that_takes_too_much_memory_is_not_shown(
    store: FolderFileStore,
    pictures: ChildPictures,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    changed_child(monkeypatch, tmp_path, "MOST_MEMORY = 1536 * 2**20", "MOST_MEMORY = 100 * 2**20")
    assert pictures.page(kept(store, photo(kind="PNG")), "image/png", 1, 100)
    with pytest.raises(Unreadable):
        pictures.page(kept(store, photo(6000, 6000, kind="PNG")), "image/png", 1, 100)


def test_photos_become_a4_pages_in_order_turned_as_asked(
    store: FolderFileStore, pictures: ChildPictures
) -> None:
    large = io.BytesIO()
    Image.effect_noise((3000, 2250), 20).convert("RGB").save(large, "JPEG", quality=90)
    photos = [
        Photo(kept(store, photo(300, 200), "1.jpg")),
        Photo(kept(store, photo(300, 200), "2.jpg"), quarters=1),
        Photo(kept(store, heic(), "3.heic")),
        Photo(kept(store, large.getvalue(), "4.jpg")),
    ]
    made = pictures.joined(photos)
    with pikepdf.open(io.BytesIO(made)) as document:
        boxes = [[float(edge) for edge in page.mediabox] for page in document.pages]
        shapes = [next(iter(page.get_images().values())) for page in document.pages]
        assert [(round(box[2]), round(box[3])) for box in boxes] == [
            (842, 595), (595, 842), (842, 595), (842, 595),
        ]  # fmt: skip
        widths = [int(shape["/Width"]) for shape in shapes]
    assert widths == [300, 200, 400, 2500]
    assert len(made) < 1_200_000, "about a megabyte a page, whatever the phone makes"
    digest = kept(store, made)
    assert dark(opened(pictures.page(digest, PDF_TYPE, 2, 400)), 0.95, 0.05)


def test_a_photo_that_cannot_be_read_is_named_by_its_place(
    store: FolderFileStore, pictures: ChildPictures
) -> None:
    bomb = _png_of(20_000, 20_000)
    with pytest.raises(Misuse, match="triệu điểm ảnh"):
        store.keep(UploadedFile("bom.png", bomb))
    photos = [Photo(kept(store, photo(), "1.jpg")), Photo(kept(store, photo()[:150], "2.jpg"))]
    with pytest.raises(PhotosRefused) as refused:
        pictures.joined(photos)
    assert {at: str(why) for at, why in refused.value.problems.items()} == {
        1: "Ảnh bị hỏng, không mở được. Hãy chụp lại."
    }


def _png_of(width: int, height: int) -> bytes:
    """A small file that unfolds to a large picture."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + name + content + check

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def _office_of(unfolded: int, parts: int = 1) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
        for number in range(parts):
            archive.writestr(f"word/media/{number}", bytes(unfolded))
    return made.getvalue()


def test_an_office_file_that_unfolds_without_end_is_refused(
    store: FolderFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "MOST_UNFOLDED", 2**21)
    monkeypatch.setattr(contents, "MOST_PARTS", 100)
    assert store.keep(UploadedFile("đơn.docx", _office_of(2**20))).size < 10_000
    for bomb in (_office_of(2**21), _office_of(0, parts=100)):
        with pytest.raises(Misuse, match="bung ra quá lớn"):
            store.keep(UploadedFile("bom.docx", bomb))


@pytest.mark.parametrize(
    "content",
    [
        pdf(password="bi-mat"),
        pdf(password="bi-mat", owner="khac"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
    ],
)
def test_a_file_with_a_password_is_refused_with_the_way_to_mend_it(
    store: FolderFileStore, content: bytes
) -> None:
    with pytest.raises(Misuse, match="có mật khẩu nên sau này không ai đọc được"):
        store.keep(UploadedFile("giấy.pdf", content))


def test_a_pdf_that_only_forbids_changes_is_taken(
    store: FolderFileStore, pictures: ChildPictures
) -> None:
    digest = kept(store, pdf(owner="chu"))
    assert pictures.leaves(digest, PDF_TYPE).count == 1
