"""Who may do what: denied unless a rule here allows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.errors import NotFound, NotPermitted

#: The role id whose holders supervise their unit and the units below it.
SUPERVISOR = "giam-sat"


class Permission(StrEnum):
    """`<subject>:<act>`, alphabetical."""

    BOARD_VIEW = "board:view"
    CALENDAR_EDIT = "calendar:edit"
    CASE_APOLOGISE = "case:apologise"
    CASE_EXTEND = "case:extend"
    CASE_FILE = "case:file"
    CASE_HURRY = "case:hurry"  # mark it as urgent, or no longer
    CASE_PAUSE = "case:pause"
    CASE_STOP = "case:stop"
    CASE_VIEW = "case:view"
    CASE_WITHDRAW = "case:withdraw"  # record that the applicant takes it back
    INCIDENT_HANDLE = "incident:handle"
    LADDER_EDIT = "ladder:edit"
    MAIL_VIEW = "mail:view"
    PROCEDURE_DEPLOY = "procedure:deploy"
    PROCEDURE_VIEW = "procedure:view"
    TASK_CLAIM = "task:claim"
    TASK_COMPLETE = "task:complete"
    TASK_REASSIGN = "task:reassign"
    USER_ADMIN = "user:admin"


@dataclass(frozen=True)
class Held:
    """A post the actor holds at this moment, in person or as substitute."""

    role: str
    unit_id: int
    head: bool = False
    substitute_for: int | None = None  # user id of the holder stood in for
    leader: bool = False  # of the unit


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in user with the posts of this moment, or the system itself."""

    user_id: int | None  # None: the system (worker, command line)
    name: str
    posts: tuple[Held, ...] = ()
    administrator: bool = False
    analyst: bool = False
    #: Units supervised: those where the actor holds SUPERVISOR, with everything below.
    supervised: frozenset[int] = frozenset()

    @property
    def is_system(self) -> bool:
        return self.user_id is None

    def holds(self, roles: Collection[str], unit_id: int) -> bool:
        return any(post.role in roles and post.unit_id == unit_id for post in self.posts)

    def stands_in_for(self, roles: Collection[str], unit_id: int) -> int | None:
        """The user whom the actor substitutes in such a post; None when the post is their own."""
        found = [p for p in self.posts if p.role in roles and p.unit_id == unit_id]
        if not found or any(p.substitute_for is None for p in found):
            return None
        return found[0].substitute_for

    @property
    def units(self) -> frozenset[int]:
        return frozenset(post.unit_id for post in self.posts)


SYSTEM = Actor(user_id=None, name="Hệ thống")


@dataclass(frozen=True)
class TaskSubject:
    """What the rules need to know of a task. `offers` are the (role, unit) it is offered to.

    Whose it is among their holders is no rule but a state (services.tasks).
    """

    offers: frozenset[tuple[str, int]]
    assignee_id: int | None


@dataclass(frozen=True)
class CaseSubject:
    """What the rules need to know of a case: the units where it has or had a task."""

    units: frozenset[int]


def may_work(actor: Actor, task: TaskSubject) -> bool:
    """Holds one of the posts the task is offered to, in person or as substitute.

    A post is always needed: whoever was given the task and has lost it since is nobody here.
    """
    return any(actor.holds((role,), unit) for role, unit in task.offers)


def heads(actor: Actor, task: TaskSubject) -> bool:
    """Heads one of the posts the task is offered to."""
    return any(post.head and (post.role, post.unit_id) in task.offers for post in actor.posts)


def supervises(actor: Actor, units: Collection[int]) -> bool:
    return not actor.supervised.isdisjoint(units)


def watches(actor: Actor) -> bool:
    """Whether the actor watches over anybody's work: supervises units, or heads a role."""
    return bool(actor.supervised) or any(post.head for post in actor.posts)


def answers_for(actor: Actor, case: CaseSubject) -> bool:
    """Supervises a unit of the case, leads it, or heads a role there: whom the ladder tells."""
    return supervises(actor, case.units) or any(
        (post.head or post.leader) and post.unit_id in case.units for post in actor.posts
    )


def sees_case(actor: Actor, case: CaseSubject) -> bool:
    """Holds a post in a unit where the case has or had a task, or supervises such a unit."""
    return (
        actor.is_system or not actor.units.isdisjoint(case.units) or supervises(actor, case.units)
    )


def allows(actor: Actor, permission: Permission, subject: object = None) -> bool:
    """Whether a rule allows `actor` to do `permission` to `subject`; no rule means no."""
    if actor.is_system:
        return True
    match permission, subject:
        case Permission.CASE_VIEW, CaseSubject():
            return sees_case(actor, subject)
        case Permission.TASK_CLAIM | Permission.TASK_COMPLETE, TaskSubject():
            return may_work(actor, subject)
        case Permission.TASK_REASSIGN, TaskSubject():
            return heads(actor, subject) or supervises(actor, {unit for _, unit in subject.offers})
        case Permission.CASE_FILE, int() as unit_id:
            return unit_id in actor.units
        case (
            (
                Permission.CASE_APOLOGISE
                | Permission.CASE_EXTEND
                | Permission.CASE_HURRY
                | Permission.CASE_PAUSE
                | Permission.CASE_STOP
            ),
            CaseSubject(),
        ):
            return answers_for(actor, subject)
        case Permission.CASE_WITHDRAW, int() as receiving_unit:
            return receiving_unit in actor.units or receiving_unit in actor.supervised
        case Permission.BOARD_VIEW, _:
            return watches(actor)
        case Permission.PROCEDURE_VIEW, _:
            return actor.user_id is not None
        case Permission.PROCEDURE_DEPLOY, _:
            return actor.analyst
        case (
            (
                Permission.CALENDAR_EDIT
                | Permission.INCIDENT_HANDLE
                | Permission.LADDER_EDIT
                | Permission.MAIL_VIEW
                | Permission.USER_ADMIN
            ),
            _,
        ):
            return actor.administrator
    return False


def require(actor: Actor, permission: Permission, subject: object = None) -> None:
    """Raises NotPermitted unless `allows` (NotFound for a case the actor may not know of)."""
    if allows(actor, permission, subject):
        return
    if permission is Permission.CASE_VIEW:
        raise NotFound()
    raise NotPermitted()
