"""Runs as a process of its own, because it opens what strangers made: draws pages, joins photos.

Reads one job on standard input (a line of JSON with the sizes of the files that follow it) and
answers on standard output in the same way. Nothing of this program is imported here.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

#: What a job may take: bytes of memory, seconds of work.
MOST_MEMORY = 1536 * 2**20
MOST_SECONDS = 20

MOST_PIXELS = 100_000_000
MOST_DRAWN = 16_000_000  # of one drawn page

#: The pages whose sizes are told.
MOST_LEAVES = 500

#: Scans are legible at 2500 pixels along an A4 page (about 215 per inch).
LONGEST_SIDE = 2500
PAGE_BYTES = 1_000_000
QUALITIES = (82, 70, 58, 45)


class CannotShow(Exception):
    """With a word for why: broken, locked, large."""


def _picture(content: bytes) -> Any:
    """The upright picture in plain colours; what is transparent is white."""
    from PIL import Image, ImageOps

    if content[4:8] == b"ftyp":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None
    try:
        opened = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "HEIF"))
        if opened.width * opened.height > MOST_PIXELS:
            raise CannotShow("large")
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(opened)
        if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
            layer = upright.convert("RGBA")
            white = Image.new("RGB", layer.size, "white")
            white.paste(layer, mask=layer.getchannel("A"))
            return white
        return upright.convert("L" if upright.mode in {"1", "L"} else "RGB")
    except CannotShow:
        raise
    except MemoryError:
        raise CannotShow("large") from None
    except Exception as error:
        raise CannotShow("broken") from error


def _document(content: bytes) -> Any:
    import pypdfium2  # type: ignore[import-untyped]

    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise CannotShow("locked" if "password" in str(error).lower() else "broken") from error


def _jpeg(picture: Any, quality: int) -> bytes:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=quality, optimize=True)
    return made.getvalue()


def leaves(job: dict[str, Any], files: list[bytes]) -> tuple[dict[str, Any], bytes]:
    if job["type"] != "application/pdf":
        picture = _picture(files[0])
        return {"count": 1, "sizes": [[picture.width, picture.height]]}, b""
    document = _document(files[0])
    shown = range(min(len(document), MOST_LEAVES))
    sizes = [document.get_page_size(number) for number in shown]
    if not sizes:
        raise CannotShow("broken")
    rounded = [[max(1, round(width)), max(1, round(height))] for width, height in sizes]
    return {"count": len(document), "sizes": rounded}, b""


def page(job: dict[str, Any], files: list[bytes]) -> tuple[dict[str, Any], bytes]:
    width = int(job["width"])
    if job["type"] == "application/pdf":
        picture = _drawn(files[0], int(job["number"]), width)
    else:
        picture = _picture(files[0])
        picture.thumbnail((width, 3 * width))
    return {}, _jpeg(picture, 85)


def _drawn(content: bytes, number: int, width: int) -> Any:
    document = _document(content)
    if not 1 <= number <= len(document):
        raise CannotShow("missing")
    try:
        document.init_forms()  # what was filled in is drawn too
        leaf = document[number - 1]
        wide, high = leaf.get_size()
        scale = (width - 0.5) / max(wide, 1)  # pdfium rounds up
        if wide * high * scale * scale > MOST_DRAWN:
            scale = (MOST_DRAWN / (wide * high)) ** 0.5
        return leaf.render(scale=scale).to_pil().convert("RGB")
    except MemoryError:
        raise CannotShow("large") from None
    except Exception as error:
        raise CannotShow("broken") from error


def joined(job: dict[str, Any], files: list[bytes]) -> tuple[dict[str, Any], bytes]:
    import img2pdf  # type: ignore[import-untyped]

    pages, problems = [], {}
    for place, (content, quarters) in enumerate(zip(files, job["quarters"], strict=True)):
        try:
            pages.append(_scan(content, quarters))
        except CannotShow as why:
            problems[place] = str(why)
    if problems:
        return {"problems": problems}, b""
    a4 = img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297)
    layout = img2pdf.get_layout_fun(a4, fit=img2pdf.FitMode.into, auto_orient=True)
    made: bytes = img2pdf.convert(pages, layout_fun=layout, nodate=True)
    return {}, made


def _scan(content: bytes, quarters: int) -> bytes:
    """A photo as a page: upright, no larger than a good scan, about a megabyte at most."""
    picture = _picture(content)
    if quarters % 4:
        picture = picture.rotate(-90 * (quarters % 4), expand=True)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    found = b""
    for quality in QUALITIES:
        found = _jpeg(picture, quality)
        if len(found) <= PAGE_BYTES:
            break
    return found


JOBS = {"leaves": leaves, "page": page, "joined": joined}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = sys.stdin.buffer
    job = json.loads(asked.readline())
    files = [asked.read(size) for size in job["sizes"]]
    try:
        told, made = JOBS[job["do"]](job, files)
    except CannotShow as why:
        told, made = {"cannot": str(why)}, b""
    except MemoryError:
        told, made = {"cannot": "large"}, b""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + made)


if __name__ == "__main__":
    main()
