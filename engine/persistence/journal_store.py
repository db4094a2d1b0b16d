"""Writes the journal's lines, anchors them daily, and finds where a chain was tampered with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Row, Table, func, insert, select, text
from sqlalchemy.orm import Session

from engine.domain import journal
from engine.domain.access import Actor
from engine.domain.journal import SYSTEM_CHAIN, JournalLine
from engine.domain.messages import Message, say
from engine.persistence.tables import AnchorRow, CaseRow, JournalRow

#: PostgreSQL advisory lock under which the system's chain is written.
_SYSTEM_CHAIN_LOCK = 0x5175_7954

_INSERT = insert(cast(Table, JournalRow.__table__))  # built once, for every act writes some lines


def append(
    session: Session, chain: int, lines: Sequence[JournalLine], now: datetime, actor: Actor
) -> None:
    """Writes `lines` at the end of a chain (a case's id, or SYSTEM_CHAIN): one INSERT.

    A case's chain ends on its row, which the act has locked and loaded; it is written back
    together with the case.
    """
    if not lines:
        return
    case = session.get_one(CaseRow, chain) if chain != SYSTEM_CHAIN else None
    end = (case.journal_number, case.journal_hash) if case else _end_of_system_chain(session)
    end = extend(session, chain, end, lines, now, actor)
    if case:
        case.journal_number, case.journal_hash = end


def extend(
    session: Session,
    chain: int,
    end: tuple[int, str],
    lines: Sequence[JournalLine],
    now: datetime,
    actor: Actor,
) -> tuple[int, str]:
    """Writes `lines` after `end` (number and hash of the last line): where the chain ends now.

    For who has locked the chain's case without loading it, and writes the end back.
    """
    number, previous = end
    rows: list[dict[str, Any]] = []
    for line in lines:
        number += 1
        content = {
            "chain": chain,
            "number": number,
            "at": now,
            "actor_id": actor.user_id,
            "actor": actor.name,
            "act": str(line.act),
            "element": line.element,
            "facts": _plain(line.facts),
        }
        digest = journal.link(previous, **content)
        rows.append({**content, "hash": digest})
        previous = digest
    session.connection().execute(_INSERT, rows)
    return number, previous


def _plain(facts: Mapping[str, object]) -> Any:
    """The facts as the database will give them back (tuples as lists, keys as text)."""
    return json.loads(json.dumps(dict(facts), allow_nan=False))


def _end_of_system_chain(session: Session) -> tuple[int, str]:
    if session.get_bind().dialect.name == "postgresql":
        # Two writers would give the same number; on SQLite there is only one.
        session.execute(select(func.pg_advisory_xact_lock(_SYSTEM_CHAIN_LOCK)))
    end = session.execute(
        select(JournalRow.number, JournalRow.hash)
        .where(JournalRow.chain == SYSTEM_CHAIN)
        .order_by(JournalRow.number.desc())
        .limit(1)
    ).one_or_none()
    return (end.number, end.hash) if end else (0, "")


def lines_of(session: Session, chain: int) -> list[JournalRow]:
    """A chain in order."""
    return list(
        session.scalars(
            select(JournalRow).where(JournalRow.chain == chain).order_by(JournalRow.number)
        )
    )


def anchor_day(session: Session, day: date, now: datetime) -> AnchorRow:
    """Writes the anchor of a local day over all lines since the anchor before; once a day.

    A day that has its anchor keeps it.
    """
    found = session.get(AnchorRow, day)
    if found is not None:
        return found
    if session.get_bind().dialect.name == "postgresql":
        # Waits for lines not yet committed and holds new ones back: no id below the last one
        # read can appear later.
        session.execute(text("LOCK TABLE journal IN SHARE MODE"))
    before = session.scalars(select(AnchorRow).order_by(AnchorRow.day.desc()).limit(1)).first()
    seen = before.last_id if before else 0
    last = session.scalar(select(func.max(JournalRow.id))) or 0
    lines, digest = _anchor_hash(session, before.hash if before else "", seen, last)
    anchor = AnchorRow(day=day, at=now, last_id=last, lines=lines, hash=digest)
    session.add(anchor)
    return anchor


def _anchor_hash(session: Session, previous: str, seen: int, last: int) -> tuple[int, str]:
    digest = sha256(previous.encode())
    lines = 0
    hashes = session.scalars(
        select(JournalRow.hash)
        .where(JournalRow.id > seen, JournalRow.id <= last)
        .order_by(JournalRow.id)
        .execution_options(yield_per=1000)
    )
    for line_hash in hashes:
        digest.update(line_hash.encode())
        lines += 1
    return lines, digest.hexdigest()


@dataclass(frozen=True)
class Break:
    """Where the journal does not hold together."""

    chain: int | None  # None: an anchor
    number: int | None  # the first line of the chain that does not fit
    day: date | None  # the anchor's day
    message: Message


def verify(session: Session) -> list[Break]:
    """Every break: the first one of each chain, then the anchors that no longer hold."""
    return [*_broken_chains(session), *_broken_anchors(session)]


def _broken_chains(session: Session) -> Iterator[Break]:
    ends = {
        row.id: (row.journal_number, row.journal_hash)
        for row in session.execute(
            select(CaseRow.id, CaseRow.journal_number, CaseRow.journal_hash).where(
                CaseRow.journal_number > 0
            )
        )
    }
    rows = session.execute(
        select(*JournalRow.__table__.columns)
        .order_by(JournalRow.chain, JournalRow.number)
        .execution_options(yield_per=1000)
    )
    for chain, lines in groupby(rows, key=lambda line: int(line.chain)):
        found = _first_break(chain, lines, ends.pop(chain, None))
        if found is not None:
            yield found
    for chain in ends:
        yield Break(chain, 1, None, say("Nhật ký hồ sơ đã mất hết."))


def _first_break(
    chain: int, lines: Iterable[Row[Any]], end: tuple[int, str] | None
) -> Break | None:
    """`end` is where the case's row says its chain ends: lines cut off at the end show there."""
    number, previous = 0, ""
    for line in lines:
        number += 1
        message = _fault(line, number, previous)
        if message is not None:
            return Break(chain, number, None, message)
        previous = line.hash
    if chain != SYSTEM_CHAIN and end != (number, previous):
        message = say("Nhật ký kết thúc ở dòng %(number)s, hồ sơ ghi khác.", number=number)
        return Break(chain, number + 1, None, message)
    return None


def _fault(line: Row[Any], number: int, previous: str) -> Message | None:
    if line.number != number:
        return say("Thiếu dòng nhật ký số %(number)s.", number=number)
    expected = journal.link(
        previous,
        chain=line.chain,
        number=line.number,
        at=line.at,
        actor_id=line.actor_id,
        actor=line.actor,
        act=line.act,
        element=line.element,
        facts=line.facts,
    )
    if line.hash != expected:
        return say("Dòng nhật ký số %(number)s đã bị sửa hoặc thay.", number=number)
    return None


def _broken_anchors(session: Session) -> Iterator[Break]:
    seen, previous = 0, ""
    for anchor in session.scalars(select(AnchorRow).order_by(AnchorRow.day)):
        if _anchor_hash(session, previous, seen, anchor.last_id) != (anchor.lines, anchor.hash):
            yield Break(
                None,
                None,
                anchor.day,
                say("Mốc nhật ký ngày %(day)s không còn khớp.", day=f"{anchor.day:%d/%m/%Y}"),
            )
        seen, previous = anchor.last_id, anchor.hash
