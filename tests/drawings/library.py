"""The repository's drawings with everything they name, ready to be executed or deployed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from engine.adapters.role_file import read_roles
from engine.bpmn.execution.specs import Spec, parse_spec
from engine.bpmn.model import Drawing
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.roles import RoleRegister
from engine.ports import Form
from tests.drawings.files import DRAWINGS, ROOT, form_named

_PROCESS = re.compile(rb"<bpmn:process\s[^>]*?\bid=\"([^\"]+)\"")
_CALLS = re.compile(rb"\bcalledElement=\"([^\"]+)\"")
#: Camunda Modeler's box “Startable”, cleared on drawings that others call and nobody files.
_SHARED = re.compile(rb"isStartableInTasklist=\"false\"")


@cache
def roles() -> RoleRegister:
    return read_roles(ROOT / "bpmn" / "roles.toml")


@cache
def form(reference: str) -> Form | None:
    """A form of the repository by its name, compiled once."""
    return form_named(reference)


@cache
def content(path: Path) -> bytes:
    return path.read_bytes()


@cache
def drawing(path: Path) -> Drawing:
    return read_drawing(content(path), path.name)


@cache
def _by_key() -> Mapping[str, tuple[Path, ...]]:
    found: dict[str, tuple[Path, ...]] = {}
    for path in DRAWINGS:
        named = _PROCESS.search(content(path))
        key = named[1].decode() if named else path.stem
        found[key] = (*found.get(key, ()), path)
    return found


@cache
def decisions() -> Mapping[str, bytes]:
    """The DMN files of the repository, by file name."""
    return {path.name: path.read_bytes() for path in sorted((ROOT / "bpmn").rglob("*.dmn"))}


@dataclass(frozen=True)
class Piece:
    """A drawing of the repository with the drawings it calls, directly or not."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.stem

    @cached_property
    def shared(self) -> bool:
        """Whether it is drawn to be called alone."""
        return bool(_SHARED.search(content(self.path)))

    @cached_property
    def called(self) -> tuple[Path, ...]:
        found: list[Path] = []
        front = [self.path]
        while front:
            for key in _CALLS.findall(content(front.pop())):
                for path in _by_key().get(key.decode(), ()):
                    if path not in found:
                        found.append(path)
                        front.append(path)
        return tuple(found)

    def spec(self) -> Spec:
        """Parsed anew at each call: what one wrote, another restores."""
        called = {drawing(path).key: content(path) for path in self.called}
        return parse_spec(content(self.path), called, decisions())

    @property
    def files(self) -> list[tuple[str, bytes]]:
        """What is handed in to deploy it."""
        return [(path.name, content(path)) for path in (*self.called, self.path)]


PIECES = tuple(Piece(path) for path in DRAWINGS)
#: What somebody files: a procedure each.
PROCEDURES = tuple(piece for piece in PIECES if not piece.shared)


def walked_at(piece: Piece) -> frozenset[str]:
    """The drawings whose every flow officers take in this procedure: its own, and the parts that no
    procedure before it calls."""
    before = PROCEDURES[: PROCEDURES.index(piece)]
    others = {path for one in before for path in one.called}
    paths = {piece.path, *piece.called} - others
    return frozenset(drawing(path).key for path in paths)
