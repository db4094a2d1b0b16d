"""Incidents: what failed and waits for an administrator, opened once for each thing that fails."""

from __future__ import annotations

from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.domain.states import IncidentEnd, IncidentKind
from engine.persistence import incidents as stored
from engine.services import notifying
from engine.services.act import Act

NAME_LENGTH = 300
KEY_LENGTH = 120


def note(
    act: Act,
    kind: IncidentKind,
    key: str,
    name: str,
    cause: str,
    *,
    case_id: int | None = None,
    timer_id: int | None = None,
    mail_id: int | None = None,
    task_id: int | None = None,
    detail: str = "",
    role: str | None = None,
) -> None:
    """Opens an incident and tells the administrators; the same one again only counts up.

    `key` names what failed (`timer:12`), `name` says it to people, `cause` why in plain words,
    `detail` in technical ones; `role` is set where choosing a unit for it would help.
    """
    name = name[:NAME_LENGTH]
    _id, opened = stored.open_or_repeat(
        act.session,
        {
            "kind": kind,
            "key": key[:KEY_LENGTH],
            "case_id": case_id,
            "timer_id": timer_id,
            "mail_id": mail_id,
            "task_id": task_id,
            "name": name,
            "cause": cause,
            "detail": detail,
            "role": role,
            "first_at": act.now,
            "last_at": act.now,
            "times": 1,
            "outcome": "",
            "closed_by": "",
            "reason": "",
        },
    )
    if opened:
        message = say("Sự cố: %(name)s. %(cause)s", name=name, cause=cause)
        told = stored.administrators(act.session)
        notifying.tell(act, told, Notice(Kind.INCIDENT, message, case_id=case_id))


def solve(act: Act, key: str) -> None:
    """What failed went well since: its open incident, if there is one, is closed as solved."""
    stored.close(act.session, key[:KEY_LENGTH], act.now, IncidentEnd.SOLVED)
