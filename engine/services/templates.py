"""The files behind a printed document: its template, its Word twin, and what they import."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

TEMPLATE, WORD = ".typ", ".docx"

_IMPORT = re.compile(rb'#?(?:import|include)\s*\(?\s*"([\w.-]+\.typ)"')


def files_in(folder: Path | None) -> dict[str, bytes]:
    """The template files of a folder by name."""
    found = sorted(folder.iterdir()) if folder else ()
    return {path.name: path.read_bytes() for path in found if path.suffix in (TEMPLATE, WORD)}


def names(files: Mapping[str, bytes]) -> Iterator[str]:
    """The documents that can be printed from these files."""
    imported = {name for content in files.values() for name in _imports(content)}
    for name in files:
        if name.endswith(TEMPLATE) and name not in imported:
            yield name.removesuffix(TEMPLATE)


def needed(document: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files from which a document is printed, what they import included, transitively."""
    found: dict[str, bytes] = {}
    waiting = [document + TEMPLATE, document + WORD]
    while waiting:
        name = waiting.pop()
        if name in files and name not in found:
            found[name] = files[name]
            if name.endswith(TEMPLATE):
                waiting.extend(_imports(files[name]))
    return found


def _imports(content: bytes) -> Iterator[str]:
    return (match.group(1).decode() for match in _IMPORT.finditer(content))
