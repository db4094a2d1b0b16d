"""Who may see a list and who may change it, and what each kind of list asks for."""

from __future__ import annotations

from engine.bpmn.model import Node
from engine.domain.access import Permission, TaskSubject, allows, require
from engine.domain.dossier_lists import KINDS, ListKind
from engine.domain.durations import parse_alternatives
from engine.domain.errors import Conflict, NotFound
from engine.domain.messages import say
from engine.domain.states import ListState
from engine.persistence import dossier_lists, work
from engine.persistence.tables import DossierListRow
from engine.services.act import Act

TITLE_LENGTH = 300


def kind_drawn_at(node: Node) -> ListKind | None:
    """The kind of list that is gathered at a step; None where none is."""
    alternatives = parse_alternatives(node.list) if node.list else ()
    return KINDS.get(alternatives[0].value) if alternatives else None


def visible(act: Act, list_id: int) -> DossierListRow:
    """A list that the actor may see: of a unit of theirs, or waiting for a post of theirs.

    Raises NotFound.
    """
    row = act.session.get(DossierListRow, list_id)
    if row is None:
        raise NotFound()
    if not allows(act.actor, Permission.LIST_VIEW, row.unit_id) and not may_work(act, row):
        raise NotFound()
    return row


def may_work(act: Act, row: DossierListRow) -> bool:
    """Whether the step where the list stands is offered to a post of the actor."""
    if row.state not in dossier_lists.ALIVE:
        return False
    tasks = [task.task_id for task in dossier_lists.tasks_at(act.session, row)]
    offers = work.offers_of_all(act.session, tasks[:1])
    return any(
        allows(act.actor, Permission.TASK_COMPLETE, TaskSubject(posts, None))
        for posts in offers.values()
    )


def changeable(act: Act, list_id: int) -> DossierListRow:
    """The locked list, which is still being put together and the actor's to change.

    Raises NotFound, NotPermitted, Conflict (handed on, issued or dropped since).
    """
    row = visible(act, list_id)
    require(act.actor, Permission.LIST_MAKE, row.unit_id)
    if not (row.state != ListState.OPEN or may_work(act, row)):
        require(act.actor, Permission.TASK_COMPLETE)  # another role of the unit
    locked = dossier_lists.lock_list(act.session, list_id)
    if locked is None:
        raise NotFound()
    refuse_unless_open(locked)
    return locked


def correctable(act: Act, list_id: int) -> DossierListRow:
    """The locked list, open, or issued and to be issued anew: its unit corrects what it says.

    Raises as `changeable`.
    """
    row = visible(act, list_id)
    if row.state != ListState.ISSUED:
        return changeable(act, list_id)
    require(act.actor, Permission.LIST_MAKE, row.unit_id)
    locked = dossier_lists.lock_list(act.session, list_id)
    if locked is None:
        raise NotFound()
    return locked


def refuse_unless_open(row: DossierListRow) -> None:
    """Raises Conflict for a list that is no longer being put together."""
    said = {
        ListState.MOVING: say(
            "Danh sách “%(list)s” đã được trình, không sửa được.", list=row.title
        ),
        ListState.ISSUED: say("Danh sách “%(list)s” đã được ban hành.", list=row.title),
        ListState.DROPPED: say("Danh sách “%(list)s” đã bỏ.", list=row.title),
    }
    if row.state in said:
        raise Conflict(said[ListState(row.state)])
