"""Draws stored files as pictures in a child process, and keeps what was drawn for a while."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.adapters import drawing_child
from engine.domain.errors import PhotosRefused, PicturesBusy, Unreadable
from engine.domain.messages import Message, say
from engine.ports import FileStore, Leaves, Photo

#: Children at once in this process, and the seconds that one waits for its turn.
CHILDREN = 2
PATIENCE = 20

#: The longest that a child may take, whatever it does.
LONGEST = 30

#: Drawn pages that each of the 256 folders keeps: about 1 GB in all at the most.
KEPT = 24

_CANNOT = b""  # a kept page of nothing: it cannot be shown

log = logging.getLogger(__name__)


class ChildPictures:
    """Implements ports.Pictures over a file store.

    What strangers made is opened in a process of its own, which knows no secrets, may use little
    memory and is ended when it takes too long.
    """

    def __init__(self, files: FileStore, folder: Path) -> None:
        self._files = files
        self._folder = folder
        self._turns = threading.BoundedSemaphore(CHILDREN)

    def leaves(self, sha256: str, media_type: str) -> Leaves:
        told = json.loads(self._kept(sha256, media_type, "leaves", {}))
        return Leaves(told["count"], tuple((wide, high) for wide, high in told["sizes"]))

    def page(self, sha256: str, media_type: str, number: int, width: int) -> bytes:
        return self._kept(sha256, media_type, "page", {"number": number, "width": width})

    def joined(self, photos: Sequence[Photo]) -> bytes:
        contents = [self._files.read(photo.sha256) for photo in photos]
        job = {"do": "joined", "quarters": [photo.quarters for photo in photos]}
        told, made = self._child(job, contents)
        if "problems" in told:
            raise PhotosRefused({int(at): _why(word) for at, word in told["problems"].items()})
        if "cannot" in told:
            raise Unreadable(say("Không ghép được các ảnh này. Hãy bớt ảnh rồi ghép lại."))
        return made

    def _kept(self, sha256: str, media_type: str, do: str, more: Mapping[str, int]) -> bytes:
        if not (media_type == "application/pdf" or media_type.startswith("image/")):
            raise Unreadable()
        name = "-".join((sha256, do, *(str(value) for value in more.values())))
        place = self._folder / sha256[:2] / name
        try:
            found = place.read_bytes()
        except OSError:
            found = self._drawn(sha256, {"do": do, "type": media_type, **more})
            _keep(place, found)
        if found == _CANNOT:
            raise Unreadable()
        return found

    def _drawn(self, sha256: str, job: Mapping[str, object]) -> bytes:
        told, made = self._child(job, [self._files.read(sha256)])
        if "cannot" in told:
            return _CANNOT
        return made if job["do"] == "page" else json.dumps(told).encode()

    def _child(
        self, job: Mapping[str, object], contents: Sequence[bytes]
    ) -> tuple[Mapping[str, Any], bytes]:
        asked = {**job, "sizes": [len(content) for content in contents]}
        if not self._turns.acquire(timeout=PATIENCE):
            raise PicturesBusy()
        try:
            ended = subprocess.run(  # noqa: S603  our own program, nothing of the file in its words
                [sys.executable, "-I", str(drawing_child.__file__)],
                input=b"".join((json.dumps(asked).encode(), b"\n", *contents)),
                capture_output=True,
                timeout=LONGEST,
                env={},
                check=False,
            )
        except subprocess.TimeoutExpired:
            # Not for the work it had, which the child itself ends sooner: the machine is busy.
            log.warning("drawing took longer than %s seconds: %s", LONGEST, job)
            raise PicturesBusy() from None
        finally:
            self._turns.release()
        if ended.returncode != 0:
            last = ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            log.warning("drawing failed (%s): %s %s", ended.returncode, job, *last)
            return {"cannot": "broken"}, b""
        line, _, made = ended.stdout.partition(b"\n")
        return json.loads(line), made


def _keep(place: Path, content: bytes) -> None:
    """For the next one who looks; where that is impossible it is drawn again."""
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as aside:
            aside.write(content)
        Path(aside.name).replace(place)
        oldest_first = sorted(place.parent.iterdir(), key=lambda file: file.stat().st_mtime)
        for old in oldest_first[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("a drawn page could not be kept: %s", error)


def _why(word: object) -> Message:
    if word == "large":
        return say("Ảnh quá lớn. Hãy chụp lại với độ phân giải thấp hơn.")
    return say("Ảnh bị hỏng, không mở được. Hãy chụp lại.")
