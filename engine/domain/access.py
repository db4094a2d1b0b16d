"""Who may do what: denied unless a rule here allows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.errors import NotFound, NotPermitted

#: The role id whose holders supervise their unit and the units below it.
SUPERVISOR = "giam-sat"


#: Role ids of clerks (văn thư), who keep the books of their unit, begin so.
CLERKS = "van-thu-"


class Permission(StrEnum):
    """`<subject>:<act>`, alphabetical."""

    BOARD_VIEW = "board:view"
    BOOK_EDIT = "book:edit"  # its pattern and limit, close it
    BOOK_KEEP = "book:keep"  # reserve and void its numbers, close the year's register
    BOOK_USE = "book:use"  # a paper that one issues takes its next number
    BOOK_VIEW = "book:view"
    CALENDAR_EDIT = "calendar:edit"
    CASE_APOLOGISE = "case:apologise"
    CASE_EXTEND = "case:extend"
    CASE_FILE = "case:file"
    CASE_HURRY = "case:hurry"  # mark it as urgent, or no longer
    CASE_IMPORT = "case:import"  # bring in dossiers begun elsewhere
    CASE_LINK = "case:link"
    CASE_PAUSE = "case:pause"
    CASE_STOP = "case:stop"
    CASE_VIEW = "case:view"
    CASE_WITHDRAW = "case:withdraw"  # record that the applicant takes it back
    DOCUMENT_ISSUE = "document:issue"  # write, preview and issue a paper of a case
    DOCUMENT_VOID = "document:void"
    FILE_RENEW = "file:renew"  # put a better file of a dossier in the place of one
    FILE_UPLOAD = "file:upload"  # to oneself; what it is for decides the act that uses it
    INCIDENT_HANDLE = "incident:handle"
    KEY_EDIT = "key:edit"  # certificates of persons and units
    LADDER_EDIT = "ladder:edit"
    LIST_MAKE = "list:make"  # put dossiers of one's own work on a list
    LIST_VIEW = "list:view"
    MAIL_VIEW = "mail:view"
    ORIGINAL_HAND = "original:hand"  # hand an original over, or confirm that it came
    PERSON_EDIT = "person:edit"
    PERSON_MERGE = "person:merge"  # two records of one person
    PERSON_VIEW = "person:view"
    PROCEDURE_DEPLOY = "procedure:deploy"
    PROCEDURE_VIEW = "procedure:view"
    READING_VIEW = "reading:view"  # who read which person's data
    SETTING_EDIT = "setting:edit"
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


def keeps_books(actor: Actor, unit_id: int) -> bool:
    """A clerk of the unit, whoever heads a role there, or its leader.

    A number kept back or voided is asked about years later: not everybody in the house does it.
    """
    return any(
        post.unit_id == unit_id and (post.head or post.leader or post.role.startswith(CLERKS))
        for post in actor.posts
    )


def sees_case(actor: Actor, case: CaseSubject) -> bool:
    """Holds a post in a unit where the case has or had a task, or supervises such a unit."""
    return (
        actor.is_system or not actor.units.isdisjoint(case.units) or supervises(actor, case.units)
    )


#: What administrators do, and nobody else.
ADMINISTRATORS_ONLY = frozenset(
    {
        Permission.BOOK_EDIT,
        Permission.CALENDAR_EDIT,
        Permission.CASE_IMPORT,
        Permission.INCIDENT_HANDLE,
        Permission.KEY_EDIT,
        Permission.LADDER_EDIT,
        Permission.MAIL_VIEW,
        Permission.READING_VIEW,
        Permission.SETTING_EDIT,
        Permission.USER_ADMIN,
    }
)


def allows(actor: Actor, permission: Permission, subject: object = None) -> bool:
    """Whether a rule allows `actor` to do `permission` to `subject`; no rule means no.

    The subject is a task, a case, a unit (its id) or nothing, as the permission asks.
    """
    if actor.is_system:
        return True
    if permission in ADMINISTRATORS_ONLY:
        return actor.administrator
    match subject:
        case TaskSubject():
            return _of_task(actor, permission, subject)
        case CaseSubject():
            return _of_case(actor, permission, subject)
        case int():
            return _in_unit(actor, permission, subject)
    return _in_general(actor, permission)


def _of_task(actor: Actor, permission: Permission, task: TaskSubject) -> bool:
    match permission:
        case Permission.TASK_CLAIM | Permission.TASK_COMPLETE:
            return may_work(actor, task)
        case Permission.TASK_REASSIGN:
            return heads(actor, task) or supervises(actor, {unit for _, unit in task.offers})
    return False


def _of_case(actor: Actor, permission: Permission, case: CaseSubject) -> bool:
    match permission:
        case Permission.CASE_VIEW | Permission.PERSON_VIEW:
            return sees_case(actor, case)
        case (
            Permission.CASE_LINK
            | Permission.DOCUMENT_ISSUE
            | Permission.FILE_RENEW
            | Permission.PERSON_EDIT
        ):
            return not actor.units.isdisjoint(case.units)
        case (
            Permission.CASE_APOLOGISE
            | Permission.CASE_EXTEND
            | Permission.CASE_HURRY
            | Permission.CASE_PAUSE
            | Permission.CASE_STOP
            | Permission.DOCUMENT_VOID
            | Permission.PERSON_MERGE
        ):
            return answers_for(actor, case)
    return False


def _in_unit(actor: Actor, permission: Permission, unit_id: int) -> bool:
    match permission:
        case (
            Permission.BOOK_USE
            | Permission.CASE_FILE
            | Permission.LIST_MAKE
            | Permission.ORIGINAL_HAND
        ):
            return unit_id in actor.units
        case Permission.BOOK_KEEP:
            return keeps_books(actor, unit_id)
        case Permission.BOOK_VIEW | Permission.CASE_WITHDRAW | Permission.LIST_VIEW:
            return unit_id in actor.units or unit_id in actor.supervised
    return False


def _in_general(actor: Actor, permission: Permission) -> bool:
    match permission:
        case Permission.BOARD_VIEW:
            return watches(actor)
        case Permission.FILE_UPLOAD | Permission.PROCEDURE_VIEW:
            return actor.user_id is not None
        case Permission.PROCEDURE_DEPLOY:
            return actor.analyst
    return False


def require(actor: Actor, permission: Permission, subject: object = None) -> None:
    """Raises NotPermitted unless `allows` (NotFound for a case the actor may not know of)."""
    if allows(actor, permission, subject):
        return
    if permission is Permission.CASE_VIEW:
        raise NotFound()
    raise NotPermitted()
