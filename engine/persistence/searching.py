"""Finds cases by code and names, without diacritics.

A case is written down under the endings of its code and names from each of their words on, so
that whatever people begin to type is the beginning of an ending: an index range. Words that few
cases have lead to those cases; words that many have (“nguyễn”) are left to the list being read in
its own order, where matches soon fill a page.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, insert, select
from sqlalchemy.orm import Session

from engine.domain.folding import fold
from engine.persistence.tables import CaseEndingRow, CaseRow

#: Up to so many matches are looked up case by case.
FEW = 500

_ENDING_LENGTH = 200
_SEARCH_LENGTH = 600
_AFTER_ALL_TEXT = "\U0010ffff"


def _texts(code: str, *names: str) -> list[str]:
    """The case's texts, each of whose word beginnings may be searched for."""
    parts = fold(code).split("-")
    codes = ["-".join(parts[i:]) for i in range(len(parts))]
    return [*codes, parts[-1].lstrip("0"), *(fold(name) for name in names)]


def haystack(code: str, *names: str) -> str:
    """All texts in one, a blank before each word: what a match in passing is looked for in."""
    return "".join(f" {text} |" for text in _texts(code, *names) if text)[:_SEARCH_LENGTH]


def endings(code: str, *names: str) -> frozenset[str]:
    """Each text from each of its words on."""
    found: set[str] = set()
    for text in _texts(code, *names):
        words = text.split()
        found.update(" ".join(words[i:])[:_ENDING_LENGTH] for i in range(len(words)))
    return frozenset(found)


def index_case(session: Session, case: CaseRow) -> None:
    """Writes down the endings of a new case."""
    session.execute(
        insert(CaseEndingRow),
        [
            {"ending": ending, "case_id": case.id}
            for ending in sorted(endings(case.code, case.applicant, case.subject))
        ],
    )


def rename_case(session: Session, case: CaseRow, applicant: str, subject: str) -> None:
    """The case is called, and found, by other names from now on."""
    before = endings(case.code, case.applicant, case.subject)
    case.applicant, case.subject = applicant, subject
    case.search = haystack(case.code, applicant, subject)
    after = endings(case.code, applicant, subject)
    session.execute(
        delete(CaseEndingRow).where(
            CaseEndingRow.case_id == case.id, CaseEndingRow.ending.in_(sorted(before - after))
        )
    )
    rows = [{"ending": ending, "case_id": case.id} for ending in sorted(after - before)]
    if rows:
        session.execute(insert(CaseEndingRow), rows)


@dataclass(frozen=True)
class Search:
    """What somebody looks for, and whether few cases match."""

    text: str  # folded; "" looks for everything
    few: tuple[int, ...] | None  # ids of all matching cases; None when they are many

    @property
    def in_passing(self) -> list[ColumnElement[bool]]:
        """Conditions on case rows that are read in the list's own order."""
        if not self.text or self.few is not None:
            return []
        return [CaseRow.search.contains(f" {self.text}", autoescape=True)]


def look_up(session: Session, query: str) -> Search:
    """Folds the query and looks whether few cases match it."""
    text = fold(query)[:_ENDING_LENGTH]
    if not text:
        return Search("", None)
    ids = session.scalars(
        select(CaseEndingRow.case_id)
        .where(and_(CaseEndingRow.ending >= text, CaseEndingRow.ending < text + _AFTER_ALL_TEXT))
        .limit(FEW + 1)  # without DISTINCT, which would read all matches first
    ).all()
    return Search(text, tuple(set(ids)) if len(ids) <= FEW else None)
