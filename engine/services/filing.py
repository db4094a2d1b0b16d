"""Filing a dossier: a new case from a submitted start form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from engine.bpmn import execution
from engine.bpmn.model import STARTING, Node
from engine.domain.access import Permission, TaskSubject, allows
from engine.domain.brochures import ENDED, read_brochure
from engine.domain.errors import Misuse, NotFound, NotOpen, NotPermitted
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.persons import Picks
from engine.domain.states import CaseState, PersonPart
from engine.persistence import cases
from engine.persistence.people import units as known_units
from engine.persistence.tables import CaseRow, UnitRow, VersionRow
from engine.persistence.versions import version_in_force, versions
from engine.persistence.work import open_tasks_of
from engine.ports import Form
from engine.services import advancing, catalogue, files, looking_up, periods, tasks
from engine.services.act import Act
from engine.services.casework import Casework
from engine.services.counters import filing_roles, office_begins
from engine.services.person_parts import name_of
from engine.services.shelf import LoadedVersion

#: counter, post, online: the fact `kenh` of every case.
CHANNELS = ("counter", "post", "online")

KEY_LENGTH = 40


@dataclass(frozen=True)
class FilingPage:
    """What the filing page shows: the version in force today and its first form."""

    version: VersionRow
    node: Node  # the filing step, with its documentation
    form: Form
    known: Mapping[str, object]  # facts its conditions may read: lan_thu, kenh
    units: tuple[UnitRow, ...]  # where the actor may receive dossiers of this procedure
    opened: bool = False  # nobody applies: the office opens the dossier itself
    starts: tuple[Node, ...] = ()  # the start events to choose from; none where there is one
    start: str = ""  # the id of the one whose form this is


def filing_page(
    act: Act, procedure_key: str, channel: str = "counter", start: str = ""
) -> FilingPage:
    """The form with which a dossier of `procedure_key` is filed today.

    Where the drawing begins in several places, `start` is the id of the start event chosen; of
    none (or no such), the first one's form is shown.
    Raises NotPermitted when the actor receives nowhere, NotOpen (with the reason) when it takes no
    new dossiers today, NotFound when there is none.
    """
    row, version = _in_force(act, procedure_key)
    receiving = [
        unit_id for unit_id in known_units(act.session) if _receives(act, version, unit_id)
    ]
    if not receiving:
        raise NotPermitted()
    rows = act.session.scalars(
        select(UnitRow).where(UnitRow.id.in_(receiving)).order_by(UnitRow.name)
    )
    several = version.starts if len(version.starts) > 1 else ()
    begun: dict[str, object] = {STARTING: start} if several and start in version.filings else {}
    step = version.filing_from(begun)
    return FilingPage(
        version=row,
        node=step,
        form=_filing_form(version, step),
        known={**begun, "kenh": channel, "lan_thu": 1},
        units=tuple(rows),
        opened=office_begins(act.app.roles, version.drawing),
        starts=several,
        start=str(begun.get(STARTING, "")),
    )


def file_case(
    act: Act,
    procedure_key: str,
    unit_id: int,
    channel: str,
    submission: Mapping[str, object],
    filing_key: str,
    units: Mapping[str, int] | None = None,
    picks: Picks | None = None,
    start: str = "",
) -> CaseRow:
    """Receives a dossier at a unit; the same `filing_key` again returns the same case.

    1. the version in force today, permission; 2. validate the submission by its filing form;
    3. the same key before: that case, otherwise the next number of unit and year; 4. the case
    row; 5. start its drawing: the first step is the filing itself; 6. complete that step as any
    other; 7. journal. `picks` are the persons whom the officer chose from those found while typing.
    `start` is the start event at which the dossier begins, where the drawing has several.
    Raises FormInvalid, UnitChoiceNeeded, NotFound (no version in force), NotPermitted, Misuse.
    """
    row, version = _in_force(act, procedure_key)
    if not _receives(act, version, unit_id):
        raise NotPermitted()
    if channel not in CHANNELS or not 0 < len(filing_key) <= KEY_LENGTH:
        raise Misuse(say("Yêu cầu nộp hồ sơ không hợp lệ. Hãy mở lại trang tiếp nhận."))
    begun = _begun(version, start)
    step = version.filing_from(begun)
    if not _receives(act, version, unit_id, step):
        raise NotPermitted()
    form = _filing_form(version, step)
    answers = form.validate(submission, {**begun, "kenh": channel, "lan_thu": 1})
    number = _next_number(act, unit_id, filing_key)
    if number is None:
        return _filed_before(act, unit_id, filing_key)
    advance = execution.start(version.spec, {**begun, "kenh": channel})
    case = CaseRow(
        code=_code(act, unit_id, number),
        filing_key=filing_key,
        procedure_key=procedure_key,
        version_id=row.id,
        unit_id=unit_id,
        channel=channel,
        applicant=name_of(form, answers, PersonPart.APPLICANT),
        subject=name_of(form, answers, PersonPart.SUBJECT),
        state=CaseState.FILED,
        received_at=act.now,
        filed_at=act.now,
        data=begun,
        step_dues={},
        rounds={},
        state_text=advance.state,
    )
    cases.add_case(act.session, case)
    looking_up.key_of(act, case)  # every dossier can be looked up from the first day on
    work = Casework(
        act=act, case=case, version=version, tasks={}, choices=units or {}, picks=picks or {}
    )
    advancing.project(work, advance, None)
    work.tasks = open_tasks_of(act.session, case.id)
    task = next(task for task in work.tasks.values() if task.row.element == step.id)
    tasks.carry_out(work, task, files.keep_files(work, task.row.id, answers))
    work.lead(Journalled.CASE_FILED, step.id, code=case.code, channel=channel, **begun)
    work.write_journal()
    return case


@dataclass(frozen=True)
class Offer:
    """A procedure whose dossiers the actor may receive today."""

    row: VersionRow
    field: str  # id of the register of roles; "" for none
    opened: bool  # nobody applies: the office opens the dossier itself


def offers(act: Act) -> list[Offer]:
    """The procedures that the actor may file at some unit today, by field and name."""
    posts = known_units(act.session)
    held = {
        (post.role, posts[post.unit_id].kind) for post in act.actor.posts if post.unit_id in posts
    }
    order = {name: place for place, name in enumerate(act.app.roles.fields)}
    found = [
        Offer(one.row, one.drawing.field_id or "", office_begins(act.app.roles, one.drawing))
        for one in catalogue.open_today(act)
        if any((role.id, role.kind) in held for role in one.roles)
    ]
    return sorted(found, key=lambda one: order.get(one.field, len(order)))


def _in_force(act: Act, procedure_key: str) -> tuple[VersionRow, LoadedVersion]:
    """Raises NotOpen with the reason why nobody can file such a dossier today, NotFound."""
    row = version_in_force(act.session, procedure_key, act.today)
    if row is None:
        raise _not_open(act, procedure_key)
    version = act.version(row.id)
    if not version.drawing.startable:
        raise NotOpen(
            say(
                "“%(name)s” là phần dùng chung do các thủ tục khác gọi, không nhận hồ sơ riêng.",
                name=row.name,
            )
        )
    return row, version


def _not_open(act: Act, procedure_key: str) -> NotFound:
    """Why a procedure without a version in force takes no dossiers: not yet, or no more."""
    rows = versions(act.session, procedure_key)
    last = periods.latest(rows)
    if last is None:
        return NotFound()
    coming = [start for start in map(periods.start, rows) if start > act.today]
    if coming:
        return NotOpen(
            say(
                "Thủ tục “%(name)s” chưa nhận hồ sơ: có hiệu lực từ ngày %(day)s.",
                name=last.name,
                day=f"{min(coming):%d/%m/%Y}",
            )
        )
    drawing = catalogue.drawings(act, [last])[last.id]
    why = read_brochure(drawing.documentation).text(ENDED).rstrip(".")
    words = {"name": last.name, "day": f"{last.effective_to or act.today:%d/%m/%Y}"}
    if why:
        return NotOpen(
            say(
                "Thủ tục “%(name)s” hết hiệu lực từ ngày %(day)s, không nhận hồ sơ mới (%(why)s). "
                "Hồ sơ đã nhận vẫn được giải quyết tiếp.",
                why=why,
                **words,
            )
        )
    return NotOpen(
        say(
            "Thủ tục “%(name)s” hết hiệu lực từ ngày %(day)s theo bản vẽ số %(number)s, không nhận "
            "hồ sơ mới. Hồ sơ đã nhận vẫn được giải quyết tiếp.",
            number=last.number,
            **words,
        )
    )


def _receives(act: Act, version: LoadedVersion, unit_id: int, step: Node | None = None) -> bool:
    """Whether the actor may file at the unit: its people record the first step, or any of them."""
    unit = known_units(act.session).get(unit_id)
    if unit is None or unit.closed:
        return False
    recorders = filing_roles(act.app.roles, version.drawing, step)
    offers = frozenset((role.id, unit_id) for role in recorders if role.kind == unit.kind)
    counter = TaskSubject(offers=offers, assignee_id=None)
    return (
        bool(offers)
        and allows(act.actor, Permission.CASE_FILE, unit_id)
        and allows(act.actor, Permission.TASK_COMPLETE, counter)
    )


def _begun(version: LoadedVersion, start: str) -> dict[str, object]:
    """Where a dossier begins, as its data say it; nothing where there is one place alone."""
    if len(version.starts) < 2:
        return {}
    if start not in version.filings:
        raise Misuse(
            say(
                "Hãy chọn hồ sơ bắt đầu từ đâu: %(starts)s.",
                starts=", ".join(f"“{one.name or one.id}”" for one in version.starts),
            )
        )
    return {STARTING: start}


def _filing_form(version: LoadedVersion, step: Node) -> Form:
    form = version.form_of(version.drawing.key, step.id)
    if form is None:
        raise NotFound(say("Bước nộp hồ sơ của thủ tục này không có biểu mẫu."))
    return form


def _next_number(act: Act, unit_id: int, filing_key: str) -> int | None:
    """The number of the new case, or None when the key was used before.

    Filings of a unit queue at its sequence; a double submission that had to wait there finds the
    case of the first one, and gives its number back.
    """
    used = select(CaseRow.id).where(CaseRow.filing_key == filing_key)
    if act.session.scalar(used) is not None:
        return None
    with act.session.begin_nested() as savepoint:
        number = cases.next_number(act.session, unit_id, act.today.year)
        if act.session.scalar(used) is None:
            return number
        savepoint.rollback()
    return None


def _filed_before(act: Act, unit_id: int, filing_key: str) -> CaseRow:
    case = act.session.scalars(
        select(CaseRow).where(CaseRow.filing_key == filing_key, CaseRow.unit_id == unit_id)
    ).one_or_none()
    if case is None:
        raise Misuse(say("Yêu cầu nộp hồ sơ không hợp lệ. Hãy mở lại trang tiếp nhận."))
    return case


def _code(act: Act, unit_id: int, number: int) -> str:
    unit = act.session.get_one(UnitRow, unit_id)
    return f"{unit.code.upper()}-{act.today.year}-{number:06d}"
