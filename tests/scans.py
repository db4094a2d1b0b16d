"""Papers as people hand them in: photos of a phone, PDFs, with and without a password."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from PIL import Image, ImageDraw


def photo(
    width: int = 300,
    height: int = 200,
    *,
    kind: str = "JPEG",
    orientation: int = 1,
    colour: str = "white",
    place: bool = False,
) -> bytes:
    """A picture with a black mark in its upper left corner; `place`: it says where it was taken."""
    picture = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(picture).rectangle((0, 0, width // 5, height // 5), fill="black")
    exif = Image.Exif()
    exif[0x0112] = orientation
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (10.0, 46.0, 0.0), 3: "E", 4: (106.0, 41.0, 0.0)})
    made = io.BytesIO()
    more: dict[str, Any] = {} if kind == "PNG" else {"exif": exif}
    picture.save(made, kind, **more)
    return made.getvalue()


def pdf(pages: int = 1, password: str = "", owner: str = "") -> bytes:
    """A PDF of empty A4 pages, each with a black mark in its upper left corner."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
            leaf = document.pages[-1]
            leaf.Contents = document.make_stream(b"0 0 0 rg 0 742 100 100 re f")
        if password or owner:
            document.save(made, encryption=pikepdf.Encryption(owner=owner, user=password))
        else:
            document.save(made)
    return made.getvalue()
