"""Persons chosen while typing: what a form post says of them, and how it is shown again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask import request

from engine.domain.persons import AskedPerson, Facts, Picks, Said, said
from engine.ports import Form
from forms import partial_dates

#: The hidden input beside a name says which record was chosen: `_nguoi.than_nhan-0-ho_ten`.
PICK = "_nguoi."

_ID = re.compile(r"[0-9]{1,9}")


def picked(form: Form | None) -> dict[str, tuple[int | None, ...]]:
    """The records chosen in this request, one place for each person who is named, by part."""
    found: dict[str, tuple[int | None, ...]] = {}
    for asked in form.persons if form else ():
        names = [name for name in _inputs(asked) if request.form.get(name, "").strip()]
        found[asked.part] = (*found.get(asked.part, ()), *map(_pick, names))
    return {part: picks for part, picks in found.items() if any(picks)}


def _pick(name: str) -> int | None:
    return id_of(request.form.get(PICK + name, ""))


def id_of(text: str) -> int | None:
    """A row's id as our pages write it; None for anything else."""
    return int(text) if _ID.fullmatch(text) else None


def _inputs(asked: AskedPerson) -> list[str]:
    """The names of the inputs for a person's name, in order of the rows."""
    own = "-".join(asked.variables["full_name"])
    if not asked.rows:
        return [own]
    rows = "-".join(asked.rows)
    wanted = re.compile(rf"{re.escape(rows)}-([0-9]{{1,5}})-")
    numbers = {int(match[1]) for match in map(wanted.match, request.form) if match}
    return [f"{rows}-{number}-{own}" for number in sorted(numbers)]


def show_again(items: Iterable[dict[str, Any]]) -> None:
    """Tells the fields of a page shown again which record was chosen there.

    Rows may have moved up since: a choice belongs to its list and the name that was sent with it.
    """
    if request.method != "POST":
        return
    chosen = {
        (_place(name.removeprefix(PICK)), request.form.get(name.removeprefix(PICK), "")): value
        for name, value in request.form.items()
        if name.startswith(PICK) and _ID.fullmatch(value)
    }
    for item in _named(items):
        item["pick"] = chosen.get((_place(item["name"]), item.get("value", "")), "")


def _place(name: str) -> str:
    return re.sub(r"-[0-9]+-", "-", name)


def _named(items: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        if str(item.get("person", "")).endswith("full_name"):
            yield item
        yield from _named(item.get("items", ()))
        for row in item.get("rows", ()):
            yield from _named(row["items"])


def named(form: Form | None, submission: Mapping[str, object], picks: Picks) -> list[Said]:
    """The persons of a submission that nobody has judged yet; dates that are none are left out."""
    found = said(form.persons if form else (), submission, picks)
    return [replace(one, facts=as_typed(one.facts)) for one in found]


def as_typed(facts: Facts) -> Facts:
    """The facts with their dates as they are stored: people type `05/1972`."""
    return replace(facts, born=stored_date(facts.born), died=stored_date(facts.died))


def stored_date(text: str) -> str:
    """`05/1972` as `1972-05`; "" for what is no date."""
    try:
        return str(partial_dates.from_entry(text))
    except partial_dates.BadDate:
        return ""
