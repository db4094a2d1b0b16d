"""Whether the legal clock of a case stands still: its pauses, and the state they make."""

from __future__ import annotations

from collections.abc import Collection

from engine.bpmn.model import Node
from engine.domain.journal import Act as Journalled
from engine.domain.states import CaseState, change_case
from engine.persistence.tables import PauseRow
from engine.services.casework import Casework
from engine.services.shelf import LoadedVersion


def open_pauses(work: Casework) -> list[PauseRow]:
    """The pauses under way; none are looked for while the case is not paused."""
    before = work.pauses if work.case.state == CaseState.PAUSED else []
    return [pause for pause in (*before, *work.begun) if pause.ends_at is None]


def begin_pause(
    work: Casework, reason: str, task_id: int | None = None, element: str | None = None
) -> PauseRow:
    """The legal clock stands still from now on."""
    pause = PauseRow(
        case_id=work.case.id, task_id=task_id, reason=reason, starts_at=work.act.now, ends_at=None
    )
    work.begun.append(pause)
    work.act.session.add(pause)
    work.note(Journalled.CASE_PAUSED, element, reason=reason)
    return pause


def end_pause(work: Casework, pause: PauseRow) -> None:
    """One reason less to stand still."""
    pause.ends_at = work.act.now
    work.note(Journalled.CASE_RESUMED, None, reason=pause.reason)


def wait_reason(node: Node) -> str:
    """The reason of the pause that a drawn wait begins: a wait is no task, its pause is known by
    this."""
    return f"{node.id} – {node.name}"


def wait_reasons(version: LoadedVersion) -> frozenset[str]:
    """The reasons of all pauses that waits of a version's drawings may begin."""
    drawings = version.spec.drawings.values()
    nodes = (node for drawing in drawings for node in drawing.nodes.values())
    return frozenset(wait_reason(node) for node in nodes if node.clock_paused)


def end_pauses_of(work: Casework, task_ids: Collection[int], waits: Collection[str] = ()) -> bool:
    """Ends the pauses that closed tasks and ended waits had begun; whether there were any."""
    ending = [
        pause
        for pause in open_pauses(work)
        if pause.task_id in task_ids or (pause.task_id is None and pause.reason in waits)
    ]
    for pause in ending:
        end_pause(work, pause)
    return bool(ending)


def settle_state(work: Casework) -> None:
    """Paused while any pause lasts, running otherwise; before acceptance neither."""
    case = work.case
    if case.accepted_at is None:
        return
    to = CaseState.PAUSED if open_pauses(work) else CaseState.RUNNING
    case.state = change_case(CaseState(case.state), to)
