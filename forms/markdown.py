"""The small part of Markdown that static text may use: headings, lists, paragraphs, bold."""

from __future__ import annotations

import re
from typing import Any


def blocks(text: str) -> list[dict[str, Any]]:
    """`{"tag": "h", "level", "runs"}`, `{"tag": "p", "runs"}`, `{"tag": "ul", "items": [runs…]}`.

    Runs are `(text, bold)`; nothing is HTML.
    """
    found: list[dict[str, Any]] = []
    for paragraph in re.split(r"\n\s*\n", text):
        for line in filter(None, (line.strip() for line in paragraph.split("\n"))):
            _add(found, line)
        found.append({"tag": ""})
    return [block for block in found if block["tag"]]


def _add(found: list[dict[str, Any]], line: str) -> None:
    heading = re.match(r"(#{1,4})\s+(.*)", line)
    item = re.match(r"[-*]\s+(.*)", line)
    last: dict[str, Any] = found[-1] if found else {"tag": ""}
    if heading:
        found.append({"tag": "h", "level": len(heading[1]), "runs": runs(heading[2])})
    elif item and last["tag"] == "ul":
        last["items"].append(runs(item[1]))
    elif item:
        found.append({"tag": "ul", "items": [runs(item[1])]})
    elif last["tag"] == "p":
        last["runs"] = [*last["runs"], (" ", False), *runs(line)]
    else:
        found.append({"tag": "p", "runs": runs(line)})


def runs(line: str) -> list[tuple[str, bool]]:
    """The pieces of a line, bold ones marked."""
    pieces = re.split(r"\*\*(.+?)\*\*", line)
    return [(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece]
