"""Brings in dossiers that began elsewhere, each at the step where it stands: a whole sheet or none.

A dossier comes to its step by the drawing's own ways (`engine.bpmn.execution.entering`): its token
tree is one that work here would have made, so everything afterwards goes on as for any other.
Decisions that lie behind it are assumed, the plainest that lead there, and named in its journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from engine.domain.access import Permission, require
from engine.domain.errors import Misuse, QuyTrinhError, UnitChoiceNeeded
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.persistence.tables import CaseImportRow
from engine.services import journalling
from engine.services.act import Act
from engine.services.importing.dossiers import Incoming
from engine.services.importing.given import STEP, WORKING_UNIT, Given, Plan, Problem, Wrong

#: In one transaction, for which everybody else waits on SQLite.
MOST_ROWS = 500


class _Undone(Exception):
    """What was tried is rolled back."""


def check(act: Act, rows: Sequence[Given], filename: str) -> Plan:
    """Tries a sheet, row by row, and undoes everything. Needs an act that may write."""
    require(act.actor, Permission.CASE_IMPORT)
    try:
        with act.session.begin_nested():
            plan = _bring_in(act, rows, filename, None)
            raise _Undone
    except _Undone:
        return plan


def bring_in(act: Act, rows: Sequence[Given], filename: str, content: bytes) -> Plan:
    """Brings a whole sheet in. With any problem nothing is: Misuse tells the first ones.

    Raises NotPermitted, Misuse.
    """
    require(act.actor, Permission.CASE_IMPORT)
    row = CaseImportRow(
        filename=filename[:255],
        sha256=sha256(content).hexdigest(),
        rows=len(rows),
        at=act.now,
        by_id=act.actor.user_id,
    )
    act.session.add(row)
    act.session.flush()
    plan = _bring_in(act, rows, filename, row.id)
    if plan.problems:
        first = plan.problems[0]
        raise Misuse(
            say(
                "Chưa nhập hồ sơ nào: tệp có %(number)s chỗ sai. Dòng %(line)s, cột “%(column)s”: "
                "%(why)s",
                number=len(plan.problems),
                line=first.line,
                column=first.column,
                why=first.message,
            )
        )
    journalling.note(
        act, Journalled.CASES_IMPORTED, number=len(plan.placed), file=filename, sheet=row.id
    )
    return plan


def _bring_in(act: Act, rows: Sequence[Given], filename: str, import_id: int | None) -> Plan:
    if not rows:
        raise Misuse(say("Tệp không có dòng hồ sơ nào."))
    if len(rows) > MOST_ROWS:
        raise Misuse(
            say("Mỗi tệp nhập nhiều nhất %(most)s hồ sơ. Hãy chia thành nhiều tệp.", most=MOST_ROWS)
        )
    plan, sheet = Plan(), Incoming(act, filename, import_id)
    for given in rows:
        try:
            with act.session.begin_nested():
                plan.placed.append(sheet.enter(given))
        except Wrong as wrong:
            plan.problems.append(Problem(given.line, wrong.column, wrong.message))
        except UnitChoiceNeeded as needed:
            words = say(
                "Bước này do %(role)s làm, ở nhiều đơn vị. Hãy ghi đúng tên đơn vị đang xử lý.",
                role=needed.role_name,
            )
            plan.problems.append(Problem(given.line, WORKING_UNIT, words))
        except QuyTrinhError as error:
            plan.problems.append(Problem(given.line, STEP, error.message))
        except LookupError:
            words = say("Bước này do cơ quan ngoài làm và chưa có ai ghi nhận thay.")
            plan.problems.append(Problem(given.line, STEP, words))
    return plan


__all__ = ("MOST_ROWS", "Given", "Plan", "Problem", "bring_in", "check")
