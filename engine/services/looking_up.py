"""Looking up a dossier without signing in: the key on the receipt, and what it opens."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from engine.domain.durations import ByAppointment
from engine.domain.errors import NotFound
from engine.domain.states import ApologyState, CaseState, StopKind
from engine.persistence import cases, legal_acts, registers
from engine.persistence.registers import OpenStep
from engine.persistence.tables import CaseRow, UnitRow
from engine.services.act import Act
from engine.settings import Settings

#: Nobody who copies a key from paper takes one of these for another: no 0 O, no 1 I.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
KEY_LENGTH = 10  # 50 bits, and few guesses are allowed

PAGE = "/tra-cuu"

#: As the drawing says it of the step at which the result is handed over.
BY_RECEIPT = str(ByAppointment())

#: Forms of steps at which the applicant gets something back.
RETURNING = frozenset({"tra-ket-qua", "tra-ho-so"})

#: What a receiving form calls the office's request to add papers.
REQUESTS = "ly_do_bo_sung"

#: The authority under which the register of roles keeps those who file.
APPLICANTS = "nguoi-nop"


def key_of(act: Act, case: CaseRow) -> str:
    """The key that opens the case's look-up page; made now when it has none yet.

    The act holds the case's lock, and writes the case with everything else it changes. The same
    key for as long as the case is kept: receipts that were handed out stay good.
    """
    if case not in act.session:
        raise LookupError(f"case {case.code} is of another act: its key would be lost")
    if case.look_up_key is None:
        case.look_up_key = "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH))
    return case.look_up_key


def address(settings: Settings, code: str, key: str) -> str:
    """Where the applicant looks: what the QR code on a receipt holds."""
    return f"{settings.site}{PAGE}?{urlencode({'ma': code, 'khoa': key})}"


@dataclass(frozen=True)
class Step:
    """Where a dossier is now: what is being done, and by whom (an authority, never a person)."""

    name: str
    where: str


@dataclass(frozen=True)
class Progress:
    """What an applicant is told. No names of people, no data of the dossier but the request."""

    code: str
    procedure: str
    office: UnitRow  # where it was filed, and where its result is fetched
    state: CaseState
    filed_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    due_expected: bool
    finished_at: datetime | None
    steps: tuple[Step, ...]
    outcome: str  # what the dossier came to, in words; "" while it is under way
    stop: StopKind | None
    supplement: tuple[str, ...] | None  # what is to be added, line by line; None: nothing is
    ready: bool  # something waits to be fetched
    late: bool
    promised: date | None  # the day promised anew by a letter of apology


def look(act: Act, code: str, key: str) -> Progress:
    """What the holder of a receipt may know of their dossier.

    Code and key together are the permission. Raises NotFound: the same for a code that does not
    exist and for a wrong key, after the same work.
    """
    case = _opened(act, code, key)
    if case is None:
        raise NotFound()
    version = act.version(case.version_id)
    open_steps = registers.open_steps(act.session, case.id)
    finished = case.state == CaseState.FINISHED
    stop = StopKind(case.outcome) if case.outcome in set(StopKind) else None
    end = version.drawing.nodes.get(case.outcome or "")
    apology = next(
        (
            row
            for row in reversed(legal_acts.apologies_of(act.session, case.id))
            if row.state == ApologyState.ISSUED
        ),
        None,
    )
    late = case.due_at is not None and case.due_at < act.now and not finished and not stop
    return Progress(
        code=case.code,
        procedure=version.drawing.name,
        office=act.session.get_one(UnitRow, case.unit_id),
        state=CaseState(case.state),
        filed_at=case.filed_at,
        accepted_at=case.accepted_at,
        due_at=case.due_at,
        due_expected=case.due_expected,
        finished_at=case.finished_at,
        steps=() if finished else tuple(_steps(act, case, open_steps)),
        outcome=end.name if end else "",
        stop=stop,
        supplement=_supplement(act, case, open_steps),
        ready=not finished and any(_returns(act, case, step) for step in open_steps),
        late=late and case.state != CaseState.PAUSED,
        promised=apology.new_day if apology else None,
    )


def _opened(act: Act, code: str, key: str) -> CaseRow | None:
    """The case that the key opens. A code nobody has is compared with as long a key."""
    typed = "".join(code.split())
    found = cases.with_code(act.session, (typed, typed.upper()))
    said = "".join(sign for sign in key.upper() if sign.isalnum())[: 2 * KEY_LENGTH]
    kept = (found.look_up_key if found else None) or "-" * KEY_LENGTH
    opens = secrets.compare_digest(said.encode(), kept.encode())
    return found if opens else None


def _steps(act: Act, case: CaseRow, open_steps: Iterable[OpenStep]) -> Iterable[Step]:
    roles = act.app.roles.roles
    steps = list(open_steps)
    for step in steps:
        role = roles.get(step.role)
        outside = step.external and role is not None and role.kind != APPLICANTS
        yield Step(step.name, role.name if outside and role else step.unit)
    if not steps:
        for place in registers.places(act.session, [case.id]).get(case.id, []):
            yield Step(place.step, place.unit)


def _supplement(act: Act, case: CaseRow, open_steps: Iterable[OpenStep]) -> tuple[str, ...] | None:
    """What the office has asked the applicant to add, while it waits for that."""
    roles = act.app.roles.roles
    waits = any(
        step.role in roles and roles[step.role].kind == APPLICANTS and step.round > 1
        for step in open_steps
    )
    if not waits:
        return None
    lines = str(case.data.get(REQUESTS) or "").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def _returns(act: Act, case: CaseRow, step: OpenStep) -> bool:
    """Whether the applicant gets something back at this step."""
    form = act.version(case.version_id).form_of(step.process, step.element)
    return step.due_text == BY_RECEIPT or (form is not None and form.id in RETURNING)
