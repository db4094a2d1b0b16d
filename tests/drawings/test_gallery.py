"""The gallery shows the drawings as they are now."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from scripts import gallery_page
from tests.drawings.files import DRAWINGS, ROOT


@cache
def made() -> dict[Path, str]:
    return gallery_page.gallery()


def test_the_gallery_is_not_stale() -> None:
    old = [path.relative_to(ROOT).as_posix() for path in gallery_page.stale(made())]
    assert old == [], "run scripts/gallery"


def test_a_picture_of_every_drawing_hangs_on_the_page() -> None:
    page = made()[gallery_page.PAGE]
    for path in DRAWINGS:
        assert f"(pictures/procedures/{path.stem}.svg)" in page
        assert f"`{path.relative_to(ROOT).as_posix()}`" in page


def test_what_is_stale_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery_page, "PICTURES", tmp_path)
    known, changed, gone = (tmp_path / f"{name}.svg" for name in ("known", "changed", "gone"))
    for path in (known, changed, gone):
        path.write_text("<svg/>", encoding="utf-8")
    files = {known: "<svg/>", changed: "<svg></svg>", tmp_path / "new.svg": "<svg/>"}
    assert sorted(path.stem for path in gallery_page.stale(files)) == ["changed", "gone", "new"]
