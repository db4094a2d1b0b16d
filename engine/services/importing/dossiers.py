"""One dossier after the other, from a row of a sheet onto its rows here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from hashlib import sha256

from sqlalchemy import insert, select

from engine.bpmn.execution import entering
from engine.bpmn.execution.advance import Advance
from engine.bpmn.execution.entering import Beside, NoWay, Place, Way
from engine.bpmn.model import HUMAN, STARTING, Kind
from engine.bpmn.pictures import telling
from engine.domain.clock import ZONE
from engine.domain.deadlines import Deadline
from engine.domain.explanations import Explanation, Rule
from engine.domain.folding import fold
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.domain.states import CaseState, PersonPart
from engine.persistence import cases, people, searching
from engine.persistence.tables import CaseEndingRow, CaseRow, TaskRow, UnitRow, UserRow, VersionRow
from engine.persistence.versions import version_in_force
from engine.persistence.work import assign, offers_of
from engine.ports import Form
from engine.services import (
    advancing,
    dating,
    expecting,
    looking_up,
    performers,
    person_parts,
    projecting,
)
from engine.services.act import Act
from engine.services.casework import Casework
from engine.services.importing.given import (
    ACCEPTED,
    APPLICANT,
    CODE,
    CODE_LENGTH,
    DUE,
    FILED,
    HOLDER,
    NAME_LENGTH,
    NOTE_LENGTH,
    PROCEDURE,
    STARTED,
    STEP,
    SUBJECT,
    UNIT,
    WORKING_UNIT,
    Given,
    Placed,
    Wrong,
)
from engine.services.shelf import LoadedVersion

#: Steps may be called by a part of their name that no other has, no shorter than this.
_LEAST_NAME = 4

#: Dates on paper have no hour; offices are open then.
_OPEN_AT = time(8)

_CHANNEL = "counter"

_SEARCH_LENGTH = 600


class Incoming:
    """The rows of one sheet on their way in."""

    def __init__(self, act: Act, filename: str, import_id: int | None) -> None:
        self.act, self.filename, self.import_id = act, filename, import_id
        self._ways: dict[tuple[int, Place], Way | Message] = {}
        self._codes: set[tuple[str, str]] = set()
        self._units = {
            fold(text): row.id
            for row in act.session.scalars(select(UnitRow).where(UnitRow.closed.is_(False)))
            for text in (row.code, row.name)
        }

    def enter(self, given: Given) -> Placed:
        """1. read the cells; 2. find the way; 3. the case; 4. its open work; 5. journal."""
        version_row, version = self._version(given)
        place = self._place(version, given)
        unit_id = self._unit(given.unit, UNIT)
        self._refuse_days(given)
        way = self._way(version_row.id, version, place)
        acceptance = self._acceptance(version, way)
        if acceptance and given.accepted is None:
            raise Wrong(ACCEPTED, say("Hồ sơ đã qua bước tiếp nhận: hãy ghi ngày tiếp nhận."))
        case = self._case(given, version_row, version, way, unit_id, accepted=acceptance)
        started = _morning(given.started or given.accepted or given.filed)
        work = Casework(
            act=replace(self.act, now=started), case=case, version=version, tasks={},
            choices=self._choices(case, version, place, given),
        )  # fmt: skip
        self._date(work, given)
        at_the_step = Advance(
            state=way.state,
            opened=way.opened,
            timers=way.timers,
            withdrawn=frozenset(),
            passed=(),
            decided={},
            finished=False,
            outcome=None,
        )
        advancing.project(work, at_the_step, None)
        seeing = cases.surroundings(self.act.session, case.id).units
        cases.note_units(self.act.session, case.id, {unit_id} - seeing)
        self._give(case, given)
        work.act = self.act
        step = telling.title(version.drawing, version.drawing.nodes[place[1]])
        work.lead(
            Journalled.CASE_IMPORTED,
            place[1],
            code=given.code,
            file=self.filename,
            step=step,
            assumed=dict(way.data),
            note=given.note[:NOTE_LENGTH],
        )
        work.write_journal()
        return Placed(given, step, way.data, case.code, case.id)

    # --- reading ----------------------------------------------------------------------------------

    def _version(self, given: Given) -> tuple[VersionRow, LoadedVersion]:
        for column, text, most in (
            (CODE, given.code, CODE_LENGTH),
            (APPLICANT, given.applicant, NAME_LENGTH),
            (SUBJECT, given.subject, NAME_LENGTH),
        ):
            if len(text) > most:
                raise Wrong(column, say("Dài quá %(most)s chữ.", most=most))
        for column, text in (
            (CODE, given.code), (PROCEDURE, given.procedure), (STEP, given.step),
            (UNIT, given.unit), (APPLICANT, given.applicant),
        ):  # fmt: skip
            if not text:
                raise Wrong(column, say("Ô này phải ghi."))
        key = (fold(given.procedure), fold(given.code))
        if key in self._codes:
            raise Wrong(CODE, say("Mã này đã có ở một dòng trên."))
        self._codes.add(key)
        names = self.act.session.execute(
            select(VersionRow.procedure_key, VersionRow.name).distinct()
        )
        wanted = fold(given.procedure)
        found = {k for k, name in names if wanted in (fold(k), fold(name))}
        row = version_in_force(self.act.session, found.pop(), self.act.today) if found else None
        if row is None or not self.act.version(row.id).drawing.startable:
            raise Wrong(
                PROCEDURE,
                say("Không có thủ tục “%(name)s” đang áp dụng.", name=given.procedure),
            )
        return row, self.act.version(row.id)

    def _place(self, version: LoadedVersion, given: Given) -> Place:
        """By id, or by a name that one step alone has."""
        wanted = fold(given.step)
        steps = {
            node.id: node
            for node in version.drawing.nodes.values()
            if (node.kind in HUMAN or node.kind is Kind.TIMER_CATCH)
            and not version.is_filing(version.drawing.key, node.id)
        }
        exact = [key for key in steps if fold(key) == wanted]
        named = [key for key, node in steps.items() if fold(node.name) == wanted]
        partly = [
            key
            for key, node in steps.items()
            if len(wanted) >= _LEAST_NAME and wanted in fold(node.name)
        ]
        found = exact or named or partly
        if len(found) != 1:
            known = ", ".join(f"{key} ({steps[key].name})" for key in (found or list(steps))[:6])
            raise Wrong(
                STEP,
                say(
                    "“%(step)s” không chỉ đúng một bước của thủ tục. Hãy ghi mã bước, ví dụ: "
                    "%(known)s.",
                    step=given.step,
                    known=known,
                ),
            )
        return version.drawing.key, found[0]

    def _unit(self, text: str, column: str) -> int:
        found = self._units.get(fold(text))
        if found is None:
            raise Wrong(column, say("Không có đơn vị “%(name)s”.", name=text))
        return found

    def _refuse_days(self, given: Given) -> None:
        if given.filed is None:
            raise Wrong(FILED, say("Ô này phải ghi."))
        later = ((ACCEPTED, given.accepted), (STARTED, given.started))
        for column, day in later:
            if day is not None and day < given.filed:
                raise Wrong(column, say("Ngày này trước ngày nộp."))
        for column, day in ((FILED, given.filed), *later):
            if day is not None and day > self.act.today:
                raise Wrong(column, say("Ngày này chưa đến."))
        if given.due is not None and given.due < (given.accepted or given.filed):
            raise Wrong(DUE, say("Hẹn trả trước ngày tiếp nhận."))

    # --- the way ----------------------------------------------------------------------------------

    def _way(self, version_id: int, version: LoadedVersion, place: Place) -> Way:
        known = self._ways.get((version_id, place))
        if known is None:
            known = self._ways[version_id, place] = _find(version, place)
        if isinstance(known, Message):
            raise Wrong(STEP, known)
        return known

    def _acceptance(self, version: LoadedVersion, way: Way) -> bool:
        """Whether the dossier was accepted on its way."""
        facts = {**way.data, "kenh": _CHANNEL, "lan_thu": 1}
        drawing = version.drawing
        return any(
            projecting.accepts(drawing, process, version.node(process, element), facts)
            for process, element in way.done
            if version.node(process, element).kind in HUMAN
        )

    # --- writing ----------------------------------------------------------------------------------

    def _case(
        self,
        given: Given,
        row: VersionRow,
        version: LoadedVersion,
        way: Way,
        unit_id: int,
        *,
        accepted: bool,
    ) -> CaseRow:
        key = sha256(f"{row.procedure_key}\n{fold(given.code)}".encode()).hexdigest()[:36]
        filing_key = f"cu:{key}"
        session = self.act.session
        before = session.scalar(select(CaseRow.code).where(CaseRow.filing_key == filing_key))
        if before is not None:
            raise Wrong(
                CODE, say("Hồ sơ này đã được nhập trước đây, mã mới %(code)s.", code=before)
            )
        number = cases.next_number(session, unit_id, self.act.today.year)
        unit = session.get_one(UnitRow, unit_id)
        filed = _morning(given.filed)
        case = CaseRow(
            code=f"{unit.code.upper()}-{self.act.today.year}-{number:06d}",
            filing_key=filing_key,
            procedure_key=row.procedure_key,
            version_id=row.id,
            unit_id=unit_id,
            channel=_CHANNEL,
            applicant=given.applicant,
            subject=given.subject,
            state=CaseState.RUNNING if accepted else CaseState.FILED,
            received_at=filed,
            filed_at=filed,
            accepted_at=_morning(given.accepted) if accepted else None,
            data=dict(way.data),
            step_dues={},
            rounds={version.key(*place): times for place, times in way.rounds.items()},
            state_text=way.state,
            import_id=self.import_id,
        )
        form = version.form_of(version.drawing.key, version.filing_from(way.data).id)
        names = self._names(given, form)
        case.data = {**names, **case.data}
        cases.add_case(session, case)
        person_parts.enter(self.act, case, form, names, {})
        looking_up.key_of(self.act, case)
        self._index_old_code(case, given.code)
        return case

    def _names(self, given: Given, form: Form | None) -> dict[str, object]:
        """The names as the filing form would have asked for them."""
        found: dict[str, object] = {}
        said = {PersonPart.APPLICANT: given.applicant, PersonPart.SUBJECT: given.subject}
        for asked in person_parts.asked_by(form):
            name = "" if asked.rows else said.pop(asked.part, "")
            if name:
                found[asked.variables["full_name"][0]] = name
        return found

    def _index_old_code(self, case: CaseRow, code: str) -> None:
        """The dossier is found by its old code too."""
        more = searching.endings(code) - searching.endings(case.code, case.applicant, case.subject)
        case.search = (case.search + searching.haystack(code))[:_SEARCH_LENGTH]
        rows = [{"ending": ending, "case_id": case.id} for ending in sorted(more) if ending]
        if rows:
            self.act.session.execute(insert(CaseEndingRow), rows)

    def _date(self, work: Casework, given: Given) -> None:
        """The date of an accepted dossier: as promised then, else counted from its acceptance."""
        case = work.case
        if case.accepted_at is None:
            return
        term = dating.term_now(work)
        said = str(term or expecting.EXPECTED)
        if given.due is None:
            dating.promise(work, dating.counted(work, term, []), said, expected=term is None)
            return
        due_at = work.calendar(case.unit_id).closing_moment(given.due)
        explanation = Explanation(
            rule=Rule.FIXED_DATE,
            article="",
            term=said,
            start=case.accepted_at,
            due=due_at,
            notes=(say("Ngày hẹn trả đã ghi trên giấy hẹn của hồ sơ %(code)s.", code=given.code),),
        )
        dating.promise(work, Deadline(due_at, explanation), said)

    def _choices(
        self, case: CaseRow, version: LoadedVersion, place: Place, given: Given
    ) -> dict[str, int]:
        """The unit that is at work, for whatever roles the step is offered to."""
        if not given.working_unit:
            return {}
        unit_id = self._unit(given.working_unit, WORKING_UNIT)
        register, node = self.act.app.roles, version.node(*place)
        lane = version.drawing.lane_name(node.id)
        named = [register.find(name) for name in (*node.candidate_groups, lane or "")]
        named.append(performers.decided(node, case.data, register))
        return {
            role.id if role.elsewhere else register.recorder(role.id): unit_id
            for role in named
            if role is not None
        }

    def _give(self, case: CaseRow, given: Given) -> None:
        """The open task to whoever holds it."""
        if not given.holder:
            return
        session = self.act.session
        session.flush()
        user = session.scalars(
            select(UserRow).where(UserRow.username == given.holder.lower())
        ).one_or_none()
        task = session.scalars(select(TaskRow).where(TaskRow.case_id == case.id)).one_or_none()
        if user is None:
            raise Wrong(HOLDER, say("Không có người dùng “%(username)s”.", username=given.holder))
        offers = offers_of(session, task.id) if task else ()
        if task is None or not people.still_holds(session, user.id, offers, self.act.today):
            raise Wrong(
                HOLDER, say("%(name)s không giữ chức danh của bước này.", name=user.full_name)
            )
        assign(session, task, user.id)


def _find(version: LoadedVersion, place: Place) -> Way | Message:
    def choices(at: Place, _known: Mapping[str, object]) -> dict[str, Sequence[object]]:
        form = version.form_of(*at)
        if form is None:
            return {}
        names = sorted(form.names & (version.deciding | version.ruling.keys()))
        return {
            name: form.answers(name) or version.ruling.get(name) or (False, True) for name in names
        }

    try:
        return entering.way_to(version.spec, place, choices, {"kenh": _CHANNEL}, _begun(version))
    except NoWay:
        return say("Không tìm được đường đi đến bước này trong bản vẽ.")
    except Beside as beside:
        others = ", ".join(version.node(*other).name or other[1] for other in beside.others)
        return say(
            "Bước này chạy song song với: %(others)s. Không biết các nhánh kia đã đến đâu, nên "
            "chưa nhập được; hãy nhập ở bước ngay trước chỗ rẽ nhánh.",
            others=others,
        )


def _begun(version: LoadedVersion) -> tuple[Mapping[str, object], ...]:
    """Where a dossier may have begun: at each start event, where there are several."""
    several = version.starts if len(version.starts) > 1 else ()
    return tuple({STARTING: start.id} for start in several) or ({},)


def _morning(day: date | None) -> datetime:
    """When offices open, in whole: dates on paper have no hour."""
    if day is None:
        raise ValueError("a day that was checked before")
    return datetime.combine(day, _OPEN_AT, tzinfo=ZONE)
