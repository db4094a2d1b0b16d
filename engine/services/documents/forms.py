"""Fills in the forms 01–06 and Mẫu số 16 from a dossier as it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from engine.domain.clock import local, local_day
from engine.domain.errors import Conflict, NotFound
from engine.domain.explanations import day_text
from engine.domain.messages import say
from engine.domain.states import ApologyState, StopKind, TaskState
from engine.persistence import cases, legal_acts, people
from engine.persistence.tables import ApologyRow, TaskRow
from engine.services.documents import facts, kinds
from engine.services.documents.facts import Source
from engine.services.documents.papers import (
    Apology,
    Application,
    Handed,
    Martyr,
    Paper,
    Person,
    Receipt,
    Refusal,
    Step,
    Stop,
    Supplement,
    Trace,
)
from engine.services.expecting import EXPECTED

#: What the steps of reception ask for: all that lacks; why a dossier is not taken.
REQUESTS, REASONS = "ly_do_bo_sung", "ly_do_tu_choi"

_REQUESTED = {"cap_doi": "cấp đổi", "cap_lai": "cấp lại"}
_UNSTATED = "Hồ sơ chưa có ngày hẹn trả."
_EXPECTED = "quy định không nêu cho cả thủ tục, ngày trả kết quả là dự kiến"


def build(source: Source, kind: str, *, make_key: bool) -> Paper:
    """The form of a kind, filled in; `make_key`: with a look-up key made where there is none.

    Raises Conflict where the dossier has not come to what the form says; NotFound for a kind that
    is no form.
    """
    builder = _BUILDERS.get(kind)
    if builder is None:
        raise NotFound()
    return builder(source, facts.look_up(source, make=make_key))


def _receipt(source: Source, look_up: str) -> Receipt:
    case, receipt = source.case, source.receipt
    if receipt is None:
        raise Conflict(say("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận."))
    papers = facts.handed_in(source, _tasks(source))
    return Receipt(
        **_of_case(source, look_up),
        round=receipt.number,
        desk=facts.desk(source),
        officer=source.act.actor.name,
        channel=facts.CHANNELS.get(case.channel, case.channel),
        papers=tuple(Handed(name, state) for name, state in papers),
        accepted=facts.moment_of(case.accepted_at or case.received_at),
        term=_EXPECTED if receipt.term == EXPECTED else receipt.term,
        due=f"{local(receipt.due_at):%H:%M}, {facts.day_of(receipt.due_at)}",
        expected=case.due_expected,
        reason=facts.sentence(receipt.reason),
    )


def _supplement(source: Source, look_up: str) -> Supplement:
    return Supplement(
        **_of_case(source, look_up),
        received=facts.moment_of(source.case.received_at),
        requests=facts.lines(source.text(REQUESTS)),
        officer=source.act.actor.name,
    )


def _refusal(source: Source, look_up: str) -> Refusal:
    return Refusal(
        **_of_case(source, look_up),
        received=facts.moment_of(source.case.received_at),
        reasons=facts.lines(source.text(REASONS)),
        officer=source.act.actor.name,
    )


def _apology(source: Source, look_up: str) -> Apology:
    row = last_apology(source)
    if row is None or row.letter is None or row.new_day is None:
        raise Conflict(say("Hồ sơ chưa có thư xin lỗi nào."))
    case, said = source.case, row.letter
    return Apology(
        **_of_case(source, look_up),
        apology=row.id,
        receiver=facts.unit_name(source.act, case.unit_id),
        accepted=day_text(local_day(case.accepted_at or case.received_at)),
        due=day_text(local_day(row.due_at)),
        receipt=int(said["receipt"]),
        reason=facts.sentence(row.reason),
        new_day=facts.day_of(row.new_day),
        signer_title=str(said["post"]),
        signer=str(said["signer"]),
    )


def last_apology(source: Source) -> ApologyRow | None:
    """The letter of apology that was sent last."""
    sent = [
        row
        for row in legal_acts.apologies_of(source.act.session, source.case.id)
        if row.state == ApologyState.ISSUED
    ]
    return max(sent, key=lambda row: row.id, default=None)


def _stop(source: Source, look_up: str) -> Stop:
    act, case = source.act, source.case
    row = legal_acts.stop_of(act.session, case.id)
    if row is None:
        raise Conflict(say("Hồ sơ không dừng giải quyết."))
    post = facts.signing_post(act, cases.surroundings(act.session, case.id).units)
    return Stop(
        **_of_case(source, look_up),
        receiver=facts.unit_name(act, case.unit_id),
        received=day_text(local_day(case.received_at)),
        stopped=day_text(local_day(row.at)),
        withdrawn=row.kind == StopKind.WITHDRAWN,
        reason=facts.sentence(row.reason),
        signer_title=facts.post_title(act, post),
        signer=act.actor.name if post else "",
    )


def _trace(source: Source, look_up: str) -> Trace:
    act, case = source.act, source.case
    tasks = _tasks(source)
    who = (task.closed_by_id or task.assignee_id for task in tasks)
    names = people.names(act.session, (user for user in who if user is not None))
    due = facts.moment_of(case.due_at)
    return Trace(
        **_of_case(source, look_up),
        until=facts.moment_of(act.now),
        term=_EXPECTED if case.due_expected else case.due_term or _UNSTATED,
        due=f"{due} (dự kiến)" if due and case.due_expected else due or _UNSTATED,
        steps=tuple(_step(source, task, names) for task in tasks),
    )


def _step(source: Source, task: TaskRow, names: Mapping[int, str]) -> Step:
    until = task.closed_at or source.act.now
    late = task.due_at is not None and until > task.due_at
    if task.state == TaskState.OPEN:
        standing = "Đang làm, quá hạn" if late else "Đang làm"
    elif task.state == TaskState.WITHDRAWN:
        standing, late = "Không phải làm nữa", False
    elif task.due_at is None:
        standing = "Đã xong"
    else:
        standing = "Quá hạn" if late else "Đúng hạn"
    return Step(
        name=task.name,
        round=task.round,
        role=facts.role_name(source.act, task.role),
        unit=facts.unit_name(source.act, task.unit_id),
        person=names.get(task.closed_by_id or task.assignee_id or 0, ""),
        recorded=task.external and task.closed_by_id is not None,
        received=facts.moment_of(task.opened_at, "\n"),
        due=facts.moment_of(task.due_at, "\n"),
        finished=facts.moment_of(task.closed_at, "\n"),
        standing=standing,
        late=late,
    )


def _application(source: Source, _look_up: str) -> Application:
    data = source.data
    relatives = data.get("than_nhan")
    return Application(
        unit=facts.letterhead(source.act, source.unit_id),
        replaces=source.replaces,
        addressee=source.text("kinh_gui"),
        request=_REQUESTED.get(source.text("de_nghi_cap"), "cấp đổi"),
        reason=source.text("ly_do_de_nghi"),
        applicant=Person(
            name=source.text("nguoi_ho_ten"),
            born=facts.known_day(data.get("nguoi_ngay_sinh")),
            gender=facts.gender(data.get("nguoi_gioi_tinh")),
            id_number=source.text("nguoi_cccd"),
            id_day=facts.known_day(data.get("nguoi_cccd_ngay_cap")),
            id_place=source.text("nguoi_cccd_noi_cap"),
            native_place=source.text("nguoi_que_quan"),
            address=source.text("nguoi_thuong_tru"),
            phone=source.text("nguoi_dien_thoai"),
            relation=source.text("nguoi_moi_quan_he"),
        ),
        martyr=martyr(source),
        relatives=tuple(
            Person(
                name=facts.plain(one.get("ho_ten")),
                born=facts.known_day(one.get("ngay_sinh")),
                relation=facts.plain(one.get("moi_quan_he")),
            )
            for one in (relatives if isinstance(relatives, list) else ())
            if isinstance(one, Mapping)
        ),
        signed_at=source.text("khai_tai"),
        signed_on=facts.long_day(data.get("khai_ngay")),
    )


def martyr(source: Source) -> Martyr:
    """The liệt sĩ as the application tells of them."""
    data = source.data
    return Martyr(
        name=source.text("ls_ho_ten"),
        born=facts.known_day(data.get("ls_ngay_sinh")),
        gender=facts.gender(data.get("ls_gioi_tinh")),
        native_place=source.text("ls_que_quan"),
        died=facts.known_day(data.get("ls_ngay_hy_sinh")),
        rank=source.text("ls_cap_bac_chuc_vu"),
        award=source.text("bang_so"),
        decision=source.text("bang_quyet_dinh"),
        decision_day=facts.long_day(data.get("bang_quyet_dinh_ngay")),
        decided_by=source.text("bang_co_quan"),
    )


def _of_case(source: Source, look_up: str) -> dict[str, Any]:
    """What every form on a dossier says."""
    return {
        "unit": facts.letterhead(source.act, source.unit_id),
        "replaces": source.replaces,
        "code": source.case.code,
        "procedure": facts.procedure_of(source.version),
        "subject": source.case.subject,
        "subject_called": facts.subject_called(source.version),
        "applicant": facts.applicant(source),
        "look_up": look_up,
    }


def _tasks(source: Source) -> list[TaskRow]:
    found = select(TaskRow).where(TaskRow.case_id == source.case.id).order_by(TaskRow.id)
    return list(source.act.session.scalars(found))


_BUILDERS: Mapping[str, Callable[[Source, str], Paper]] = {
    kinds.RECEIPT: _receipt,
    kinds.SUPPLEMENT: _supplement,
    kinds.REFUSAL: _refusal,
    kinds.APOLOGY: _apology,
    kinds.STOP: _stop,
    kinds.TRACE: _trace,
    kinds.APPLICATION: _application,
}
