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
from engine.persistence.tables import AnchorRow, CaseRow, JournalEndRow, JournalRow
from engine.persistence.upserting import insert_into

#: In journal_end: how many anchors there are, and the hash of the last one.
ANCHORS = -1

#: Tables whose rows are never changed nor deleted, as their triggers make sure.
APPEND_ONLY = ("journal", "journal_anchor", "part", "receipt", "version_part")

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
    else:
        _note_end(session, chain, *end)


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
    """Where the chain goes on: after what was written last, even if that was cut off since."""
    if session.get_bind().dialect.name == "postgresql":
        # Two writers would give the same number; on SQLite there is only one.
        session.execute(select(func.pg_advisory_xact_lock(_SYSTEM_CHAIN_LOCK)))
    noted = _noted_end(session, SYSTEM_CHAIN)
    if noted is not None:
        return noted
    end = session.execute(
        select(JournalRow.number, JournalRow.hash)
        .where(JournalRow.chain == SYSTEM_CHAIN)
        .order_by(JournalRow.number.desc())
        .limit(1)
    ).one_or_none()
    return (end.number, end.hash) if end else (0, "")


def _noted_end(session: Session, chain: int) -> tuple[int, str] | None:
    row = session.execute(
        select(JournalEndRow.number, JournalEndRow.hash).where(JournalEndRow.chain == chain)
    ).one_or_none()
    return (row.number, row.hash) if row else None


def _note_end(session: Session, chain: int, number: int, digest: str) -> None:
    """Notes with the lines themselves where their chain now ends."""
    noting = insert_into(session, JournalEndRow).values(chain=chain, number=number, hash=digest)
    session.execute(
        noting.on_conflict_do_update(
            index_elements=[JournalEndRow.chain],
            set_={"number": noting.excluded.number, "hash": noting.excluded.hash},
        ),
        execution_options={"synchronize_session": False},
    )


def lines_of(session: Session, chain: int) -> list[JournalRow]:
    """A chain in order."""
    return list(
        session.scalars(
            select(JournalRow).where(JournalRow.chain == chain).order_by(JournalRow.number)
        )
    )


def anchor_day(session: Session, day: date, now: datetime) -> AnchorRow:
    """Writes the anchor of a local day over all lines since the anchor before; once a day.

    A day that has its anchor keeps it. None is put before another one: where the clock had been
    ahead, the next is written when the last one's day has passed again.
    """
    found = last_anchor(session)
    if found is not None and found.day >= day:
        return session.get(AnchorRow, day) or found
    if session.get_bind().dialect.name == "postgresql":
        # Waits for lines not yet committed and holds new ones back: no id below the last one
        # read can appear later.
        session.execute(text("LOCK TABLE journal IN SHARE MODE"))
    before = last_anchor(session)
    seen = before.last_id if before else 0
    last = session.scalar(select(func.max(JournalRow.id))) or 0
    lines, digest = _anchor_hash(session, before.hash if before else "", seen, last)
    anchor = AnchorRow(day=day, at=now, last_id=last, lines=lines, hash=digest)
    session.add(anchor)
    anchors = session.scalar(select(func.count()).select_from(AnchorRow)) or 0
    _note_end(session, ANCHORS, anchors + 1, digest)
    return anchor


def last_anchor(session: Session) -> AnchorRow | None:
    return session.scalars(select(AnchorRow).order_by(AnchorRow.day.desc()).limit(1)).first()


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


def hold_still(session: Session) -> None:
    """Lets a transaction that has asked nothing yet see one moment only, whoever writes meanwhile.

    Otherwise PostgreSQL would show the end of a chain from before and lines from after.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def verify(session: Session) -> list[Break]:
    """Every break: the first one of each chain, anchors that no longer hold, guards taken away.

    Somebody who may write the database can rewrite the lines since the last anchor with everything
    that depends on them; what an anchor covers, only together with all anchors since. Anchors
    written down elsewhere (the hash of a day) show that too.
    """
    return [*_broken_chains(session), *_broken_anchors(session), *_missing_guards(session)]


def _broken_chains(session: Session) -> Iterator[Break]:
    ends = {
        row.id: (row.journal_number, row.journal_hash)
        for row in session.execute(
            select(CaseRow.id, CaseRow.journal_number, CaseRow.journal_hash).where(
                CaseRow.journal_number > 0
            )
        )
    }
    noted = _noted_end(session, SYSTEM_CHAIN)
    if noted is not None:
        ends[SYSTEM_CHAIN] = noted
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
        yield Break(chain, 1, None, say("Nhật ký này đã mất hết."))


def _first_break(
    chain: int, lines: Iterable[Row[Any]], end: tuple[int, str] | None
) -> Break | None:
    """`end` is where the chain was noted to end: lines cut off there show by it."""
    number, previous = 0, ""
    for line in lines:
        number += 1
        message = _fault(line, number, previous)
        if message is not None:
            return Break(chain, number, None, message)
        previous = line.hash
    if end != (number, previous):
        message = say(
            "Nhật ký dừng ở dòng %(number)s, không khớp với chỗ kết thúc đã ghi.", number=number
        )
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
    seen, previous, count, day = 0, "", 0, None
    for anchor in session.scalars(select(AnchorRow).order_by(AnchorRow.day)):
        if _anchor_hash(session, previous, seen, anchor.last_id) != (anchor.lines, anchor.hash):
            words = say("Mốc nhật ký ngày %(day)s không còn khớp.", day=f"{anchor.day:%d/%m/%Y}")
            yield Break(None, None, anchor.day, words)
        seen, previous, count, day = anchor.last_id, anchor.hash, count + 1, anchor.day
    noted = _noted_end(session, ANCHORS)
    if noted != ((count, previous) if count else None):
        words = say(
            "Thiếu mốc nhật ký: có %(count)s, đã ghi %(noted)s.",
            count=count,
            noted=noted[0] if noted else 0,
        )
        yield Break(None, None, day, words)


def _missing_guards(session: Session) -> Iterator[Break]:
    """Triggers against changes that are gone or switched off: somebody was at work there."""
    if session.get_bind().dialect.name == "postgresql":
        found = session.scalars(text("SELECT tgname FROM pg_trigger WHERE tgenabled = 'O'"))
        wanted = {f"{table}_append_only" for table in APPEND_ONLY}
    else:
        found = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        guards = ("no_update", "no_delete", "no_replace")
        wanted = {f"{table}_{guard}" for table in APPEND_ONLY for guard in guards}
    missing = sorted(wanted - set(found))
    if missing:
        words = say(
            "Cơ sở dữ liệu không còn tự chặn việc sửa: thiếu %(names)s.", names=", ".join(missing)
        )
        yield Break(None, None, None, words)
