"""The list of errors at the top of a form: each with the field it leads to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.domain.messages import Message

Item = dict[str, Any]


def problems(
    items: Sequence[Item],
    errors: Mapping[str, Sequence[Message]],
    translate: Callable[[Message], str],
) -> Item:
    """An item `{"kind": "problems", "entries": [{target, label, messages}]}` in the form's order.

    Errors whose field the page does not show come last, without a target: none is kept back.
    """
    labels = Counter(_labels(items))
    entries = list(_errors(items, "", labels))
    told = {entry.pop("path") for entry in entries}
    for path, sentences in errors.items():
        if path not in told:
            messages = [translate(sentence) for sentence in sentences]
            entries.append({"target": None, "label": path, "messages": messages})
    return {"kind": "problems", "entries": entries}


def _labels(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if item["kind"] == "group":
            yield from _labels(item["items"])
        else:
            yield item["label"]


def _errors(
    items: Iterable[Item], before: str, labels: Counter[str], group: str = ""
) -> Iterator[Item]:
    """`before` names the row; the group is named where a label alone could mean two fields."""
    for item in items:
        if item.get("errors"):
            twice = group and not before and labels[item["label"]] > 1
            label = f"{group} – {item['label']}" if twice else f"{before}{item['label']}"
            yield _entry(item["path"], item["target"], label, item["errors"])
        if item["kind"] == "group":
            yield from _errors(item["items"], before, labels, item["label"] or group)
        for row in item.get("rows", ()):
            title = f"{before}{item['row_label']} {row['number']}"
            if row["errors"]:
                yield _entry(row["path"], row["id"], title, row["errors"])
            yield from _errors(row["items"], f"{title}: ", labels)


def _entry(path: str, target: str, label: str, messages: list[str]) -> Item:
    return {"path": path, "target": target, "label": label, "messages": messages}
