"""Which answers of a form name a person: drawn as the property `person` of each component."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.domain.messages import Message, say
from engine.domain.persons import LENGTHS, AskedPerson
from engine.domain.states import PersonPart
from forms import components as c

#: `subject.full_name`; `relative[].born` in the rows of a list.
_DRAWN = re.compile(r"([a-z]+)(\[\])?\.([a-z_]+)")

_TYPES: Mapping[str, type[c.Input] | tuple[type[c.Input], ...]] = {
    **dict.fromkeys(LENGTHS, c.Text),
    "born": c.Date,
    "died": c.Date,
    "gender": c.Choice,
    "relation": (c.Text, c.Choice),
}

_KINDS: Mapping[str, str] = {"born": "ngày (datetime)", "died": "ngày (datetime)"}


@dataclass(frozen=True)
class _Place:
    """An input that a person's fact is asked with."""

    component: c.Input
    path: tuple[str, ...]  # below the row, or from the top
    rows: tuple[str, ...]  # the list it stands in
    nested: bool  # a list within a list

    @property
    def drawn(self) -> re.Match[str] | None:
        return _DRAWN.fullmatch(self.component.person)


def asked(components: Sequence[c.Component]) -> tuple[AskedPerson, ...]:
    """The persons whom a form without `problems` asks for, in its order."""
    found: dict[tuple[PersonPart, tuple[str, ...]], dict[str, tuple[str, ...]]] = {}
    called: dict[tuple[PersonPart, tuple[str, ...]], str] = {}
    for place in _places(components):
        if place.drawn is not None:
            key = PersonPart(place.drawn[1]), place.rows
            found.setdefault(key, {})[place.drawn[3]] = place.path
            called[key] = place.component.called or called.get(key, "")
    return tuple(
        AskedPerson(part, variables, rows, called[part, rows])
        for (part, rows), variables in found.items()
    )


def problems(components: Sequence[c.Component]) -> Iterator[Message]:
    """What is wrong with the persons as they are drawn."""
    taken: dict[tuple[str, str], str] = {}
    named: set[str] = set()
    first: dict[str, str] = {}
    for place in _places(components):
        wrong = _wrong(place)
        if wrong is None and place.drawn is not None:
            part, fact = place.drawn[1], place.drawn[3]
            before = taken.setdefault((part, fact), place.component.key)
            first.setdefault(part, place.component.key)
            if before != place.component.key:
                wrong = say("tính chất “person” này đã có ở “%(name)s”", name=before)
            if fact == "full_name":
                named.add(part)
        if wrong is not None:
            yield _complaint(place.component.key, wrong)
    for part in first.keys() - named:
        yield _complaint(
            first[part], say("“person” của “%(part)s” thiếu họ tên (full_name)", part=part)
        )


def _wrong(place: _Place) -> Message | None:
    drawn = place.drawn
    parts = ", ".join(PersonPart)
    if drawn is None or drawn[1] not in set(PersonPart):
        return say(
            "“person” phải có dạng “subject.full_name”, hoặc “relative[].full_name” trong danh "
            "sách; phần đầu là một trong: %(parts)s",
            parts=parts,
        )
    if drawn[3] not in LENGTHS:
        return say(
            "“person” không có mục “%(fact)s”; chỉ có: %(known)s",
            fact=drawn[3],
            known=", ".join(LENGTHS),
        )
    if place.nested:
        return say("“person” không dùng được trong danh sách nằm trong danh sách khác")
    if bool(drawn[2]) != bool(place.rows):
        if place.rows:
            return say("trong danh sách “person” phải có dấu [], ví dụ “relative[].full_name”")
        return say("“person” có dấu [] chỉ dùng trong danh sách (dynamiclist)")
    if place.component.called and drawn[3] != "full_name":
        return say("“called” chỉ đặt ở ô họ tên (full_name)")
    if not isinstance(place.component, _TYPES[drawn[3]]):
        kind = _KINDS.get(drawn[3], "lựa chọn" if drawn[3] == "gender" else "chữ")
        return say("“person” là “%(fact)s” thì phải là ô %(kind)s", fact=drawn[3], kind=kind)
    return None


def _complaint(key: str, why: Message) -> Message:
    return say("Thành phần “%(name)s”: %(why)s.", name=key, why=str(why))


def _places(
    components: Iterable[c.Component],
    path: tuple[str, ...] = (),
    rows: tuple[str, ...] | None = None,
    nested: bool = False,
) -> Iterator[_Place]:
    for component in components:
        if isinstance(component, c.Group):
            inner = (*path, component.path) if component.path else path
            yield from _places(component.components, inner, rows, nested)
        elif isinstance(component, c.Rows):
            own = (*path, component.key)
            yield from _places(component.components, (), own, rows is not None)
        elif isinstance(component, c.Input) and component.person:
            yield _Place(component, (*path, component.key), rows or (), nested)
