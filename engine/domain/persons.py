"""Persons of dossiers: what the answers to a form say of them, and when two are alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from engine.domain.folding import fold
from engine.domain.states import PersonPart

#: How long each fact may be; what is longer is cut.
LENGTHS: Mapping[str, int] = {
    "full_name": 200,
    "gender": 10,
    "born": 10,
    "died": 10,
    "identity_number": 20,
    "home_then": 300,
    "residence": 300,
    "phone": 30,
    "relation": 100,
}


@dataclass(frozen=True)
class Facts:
    """What somebody wrote of a person. Dates as known: “1948”, “1948-05”, “1948-05-12”, “”."""

    full_name: str
    gender: str = ""
    born: str = ""
    died: str = ""
    identity_number: str = ""  # digits: 12 of a CCCD, 9 of a CMND
    home_then: str = ""
    residence: str = ""
    phone: str = ""
    relation: str = ""  # to the subject: “con đẻ”

    @property
    def folded(self) -> str:
        return fold(self.full_name)


@dataclass(frozen=True)
class Said:
    """A person in the answers of a dossier."""

    part: PersonPart
    facts: Facts
    pick: int | None = None  # the record that the officer chose while typing


@dataclass(frozen=True)
class AskedPerson:
    """Where a form asks for a person: for each fact the variable that answers it.

    A variable is its path, (`lien_he`, `ten`) inside a group; `rows` is the list in each of whose
    rows a person stands.
    """

    part: PersonPart
    variables: Mapping[str, tuple[str, ...]]
    rows: tuple[str, ...] = ()
    called: str = ""  # what papers call this person, as the form says: “liệt sĩ”, “người hy sinh”


#: Officers' choices by part, one for each person named there, in order.
Picks = Mapping[str, Sequence[int | None]]


def said(
    asked: Sequence[AskedPerson], answers: Mapping[str, object], picks: Picks | None = None
) -> list[Said]:
    """The persons whom the answers name, applicants first; without a name there is nobody."""
    chosen = {part: iter(given) for part, given in (picks or {}).items()}
    order = list(PersonPart)
    found = []
    for one in sorted(asked, key=lambda one: order.index(one.part)):
        for row in _rows(one, answers):
            facts = _facts(one, row)
            if facts is not None:
                pick = next(chosen.get(one.part, iter(())), None)
                found.append(Said(one.part, facts, pick))
    return found


def _rows(asked: AskedPerson, answers: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    if not asked.rows:
        yield answers
        return
    rows = _at(answers, asked.rows)
    if isinstance(rows, list):
        yield from (row for row in rows if isinstance(row, Mapping))


def _facts(asked: AskedPerson, answers: Mapping[str, object]) -> Facts | None:
    values = {name: _text(_at(answers, path)) for name, path in asked.variables.items()}
    if not values.get("full_name"):
        return None
    if "identity_number" in values:
        values["identity_number"] = identity(values["identity_number"])
    return tidy(Facts(**values))


def _at(answers: Mapping[str, object], path: tuple[str, ...]) -> object:
    value: object = answers
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, (list, Mapping)) else str(value)


def tidy(facts: Facts) -> Facts:
    """NFC, single blanks, no longer than the tables hold."""
    values = {
        field.name: " ".join(unicodedata.normalize("NFC", getattr(facts, field.name)).split())[
            : LENGTHS[field.name]
        ]
        for field in fields(Facts)
    }
    return replace(facts, **values)


def identity(text: str) -> str:
    """The digits of a CCCD or CMND; "" for what is neither."""
    digits = re.sub(r"[\s.\-]", "", text)
    return digits if re.fullmatch("[0-9]{9}|[0-9]{12}", digits) else ""


# --- likeness ------------------------------------------------------------------------------------


class Why(StrEnum):
    """Why two records may be of one person, the strongest first."""

    RECORD = "record"  # they are one record
    IDENTITY = "identity"  # the same CCCD or CMND, and nothing that speaks against it
    NUMBER = "number"  # the same CCCD or CMND, but another name
    DEATH = "death"  # the same name and year of death
    BIRTH = "birth"  # the same name and year of birth
    HOME = "home"  # the same name and quê quán


def why_alike(one: Facts, other: Facts, other_names: Collection[str] = ()) -> Why | None:
    """Why `one` may be the person of the record `other`, who also has `other_names`.

    Names are compared without diacritics. IDENTITY alone is proof enough to take them for one
    person: all else is told to somebody who decides.
    """
    named_alike = one.folded in {other.folded, *(fold(name) for name in other_names)}
    numbers = one.identity_number, other.identity_number
    if numbers[0] and numbers[0] == numbers[1]:
        related = named_alike or _called(one) == _called(other) or _same_year(one.born, other.born)
        return Why.IDENTITY if related else Why.NUMBER
    if not named_alike or _two_cards(*numbers):
        return None
    if _contradict(one.born, other.born) or _contradict(one.died, other.died):
        return None
    if _same_year(one.died, other.died):
        return Why.DEATH
    if _same_year(one.born, other.born):
        return Why.BIRTH
    if one.home_then and fold(one.home_then) == fold(other.home_then):
        return Why.HOME
    return None


def same_in_dossier(one: Facts, other: Facts) -> bool:
    """Whether two places of one dossier name the same person: the applicant is a relative too."""
    return (
        one.folded == other.folded
        and agree(one.born, other.born)
        and not _two_cards(one.identity_number, other.identity_number)
        and (not one.relation or not other.relation or fold(one.relation) == fold(other.relation))
    )


def somebody_else(record: Facts, now: Facts) -> bool:
    """Whether a name that was changed is no correction: a number or a year says another person."""
    return record.folded != now.folded and (
        _two_cards(record.identity_number, now.identity_number)
        or _contradict(record.born, now.born)
        or _contradict(record.died, now.died)
    )


def agree(one: str, other: str) -> bool:
    """Whether two dates say the same as far as both are known."""
    return one.startswith(other) or other.startswith(one)


def _same_year(one: str, other: str) -> bool:
    return bool(one) and one[:4] == other[:4]


def _contradict(one: str, other: str) -> bool:
    return bool(one) and bool(other) and one[:4] != other[:4]


def _two_cards(one: str, other: str) -> bool:
    """Two numbers of one kind that differ: nobody has two CCCD. A CMND may have become a CCCD."""
    return bool(one) and len(one) == len(other) and one != other


def _called(facts: Facts) -> str:
    """The given name, which stands last."""
    return facts.folded.rpartition(" ")[2]


# --- what becomes of a record --------------------------------------------------------------------

#: Facts that a record keeps, beside its name.
KEPT = ("gender", "born", "died", "identity_number", "home_then", "residence", "phone")


def corrected(record: Facts, now: Facts) -> dict[str, str]:
    """What changes in a record of this dossier alone: what is written now, where it is written."""
    return {
        name: getattr(now, name)
        for name in ("full_name", *KEPT)
        if getattr(now, name) and getattr(now, name) != getattr(record, name)
    }


def completed(record: Facts, now: Facts) -> dict[str, str]:
    """What changes in a record that others rely on too: gaps filled, dates known more exactly."""
    found = {}
    for name in KEPT:
        before, after = getattr(record, name), getattr(now, name)
        closer = name in ("born", "died") and after.startswith(before)
        if after != before and after and (not before or closer):
            found[name] = after
    return found


def is_variant(name: str, names: Collection[str]) -> bool:
    """Whether a spelling says more than the known names: not merely without case or diacritics."""
    known = {one.casefold() for one in names}
    if name.casefold() in known:
        return False
    return fold(name) not in {fold(one) for one in names} or fold(name) != name.casefold()
