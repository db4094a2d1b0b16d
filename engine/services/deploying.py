"""Checking drawings and deploying them as versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from engine.bpmn.dialect import read_drawing
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.model import Drawing
from engine.domain.access import Permission, require
from engine.domain.clock import local_day
from engine.domain.errors import Conflict, DrawingRefused, Misuse
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.persistence import versions
from engine.persistence.tables import VersionRow
from engine.services import journalling
from engine.services.act import Act, Application
from engine.services.readiness import has_database
from engine.services.sources import DRAWING, Files, Sources, key_of

_NO_DRAWING = Finding(
    rule="no-drawing",
    severity=Severity.ERROR,
    message=say("Hãy nộp ít nhất một bản vẽ .bpmn."),
    remedy=say("Chọn cả bản vẽ dùng các biểu mẫu và bảng quyết định này."),
)


@dataclass(frozen=True)
class Deployed:
    """A procedure after a deployment; `new` is False when the same bytes were there already."""

    key: str
    number: int
    new: bool
    findings: tuple[Finding, ...]  # warnings accepted with the reason
    version: VersionRow


def lint(app: Application, files: Files) -> tuple[Finding, ...]:
    """Everything wrong with `.bpmn`, `.dmn` and `.form` files in themselves; touches nothing.

    Drawings in force may be called, where there is a database. When the files would be in force,
    and what they would replace, is judged by `check`.
    """
    if not has_database(app):
        return _sources(app, files).findings()
    with app.act(None, write=False) as act:
        return _sources(app, files, act).findings()


def check(act: Act, files: Files) -> tuple[Finding, ...]:
    """Everything that `deploy` would have to say of the files today; touches nothing."""
    require(act.actor, Permission.PROCEDURE_DEPLOY)
    sources = _sources(act.app, files, act)
    findings = _judge(act, sources)[0]
    return findings if sources.named(DRAWING) else (*findings, _NO_DRAWING)


def deploy(act: Act, files: Files, reason: str = "") -> list[Deployed]:
    """Deploys drawings with everything they reference: all of them, or none.

    1. permission; 2. check all files, and the period in which each drawing would be in force;
    errors refuse all (DrawingRefused with every finding); 3. warnings need a `reason` (otherwise
    DrawingRefused too); 4. pin each drawing's forms, decisions and called drawings, transitively;
    5. the same bytes again make no new version; 6. a later version closes the open one before it;
    7. journal.
    """
    require(act.actor, Permission.PROCEDURE_DEPLOY)
    sources = _sources(act.app, files, act)
    if not sources.named(DRAWING):
        raise Misuse(_NO_DRAWING.message)
    findings, plans = _judge(act, sources)
    _refuse(findings, Severity.ERROR)
    if not reason.strip():
        _refuse(findings, Severity.WARNING)
    try:
        return [_carry_out(act, plan, findings, reason.strip()) for plan in plans]
    except IntegrityError as error:  # somebody deployed the same procedure at the same moment
        raise Conflict() from error


@dataclass(frozen=True)
class _Plan:
    """One drawing about to become a version, or the version it is already."""

    name: str
    drawing: Drawing
    texts: versions.VersionTexts
    same: VersionRow | None
    closes: VersionRow | None  # the open version that ends where this one begins
    starts: date
    findings: tuple[Finding, ...]


def _judge(act: Act, sources: Sources) -> tuple[tuple[Finding, ...], list[_Plan]]:
    """All findings, those on periods too; and what to do with each drawing that has no error."""
    findings = [*sources.findings(), *_same_keys(sources)]
    bad = {finding.file for finding in findings if finding.severity is Severity.ERROR}
    plans = []
    for name, content in sources.named(DRAWING):
        if name in bad:
            findings += _periods_of_a_bad_drawing(act, name, content)
        else:
            plans.append(_plan(act, sources, name, content))
            findings += plans[-1].findings
    return tuple(findings), plans


def _periods_of_a_bad_drawing(act: Act, name: str, content: bytes) -> tuple[Finding, ...]:
    """What else would stand against it, as far as its key and its dates can be read."""
    try:
        drawing = read_drawing(content, name)
        starts = drawing.effective_from or act.today
    except (DrawingRefused, ValueError):
        return ()
    before = _last(versions.versions(act.session, drawing.key))
    found = _period_findings(drawing, name, starts, before) if before else ()
    return tuple(finding for finding in found if finding.severity is Severity.ERROR)


def _plan(act: Act, sources: Sources, name: str, content: bytes) -> _Plan:
    drawing, texts = read_drawing(content, name), sources.texts(content)
    same = versions.version_with(act.session, drawing.key, texts.digest(drawing.key))
    starts = drawing.effective_from or act.today
    last = _last(versions.versions(act.session, drawing.key))
    before = None if same else last
    findings = tuple(_period_findings(drawing, name, starts, before)) if before else ()
    if same and last and same.number != last.number:
        findings = (_old_version(drawing, name, same, last),)
    return _Plan(name, drawing, texts, same, before, starts, findings)


def _old_version(drawing: Drawing, name: str, same: VersionRow, last: VersionRow) -> Finding:
    """The bytes of a version that a later one has replaced: deploying them would change nothing."""
    text = say(
        "Bản vẽ này giống hệt bản số %(same)s, đã được thay bằng bản số %(last)s.",
        same=same.number,
        last=last.number,
    )
    again = say("Muốn dùng lại: đặt effective_from là ngày bắt đầu dùng lại, rồi ban hành.")
    return _finding("replaced-before", Severity.ERROR, drawing, name, text, again)


def _last(rows: Sequence[VersionRow]) -> VersionRow | None:
    """The version whose period begins last; of several, the one deployed last."""
    return max(rows, key=lambda row: (_starts(row), row.number), default=None)


def _starts(row: VersionRow) -> date:
    return row.effective_from or local_day(row.deployed_at)


def _period_findings(
    drawing: Drawing, name: str, starts: date, before: VersionRow
) -> Iterator[Finding]:
    """What speaks against a version from `starts` on, after the one that begins last so far."""
    ends, words = before.effective_to, {"number": before.number}
    later = say("Đặt effective_from đúng ngày bản vẽ mới có hiệu lực, sau bản đang dùng.")
    if starts < _starts(before) or (ends is not None and starts < ends):
        text = say(
            "Hiệu lực từ %(starts)s chồng lên bản số %(number)s, có hiệu lực từ %(before)s.",
            starts=f"{starts:%d/%m/%Y}",
            before=f"{_starts(before):%d/%m/%Y}",
            **words,
        )
        yield _finding("period-overlap", Severity.ERROR, drawing, name, text, later)
    elif ends is not None and starts > ends:
        text = say(
            "Từ %(ends)s đến %(starts)s không có bản vẽ nào có hiệu lực, sau bản số %(number)s.",
            ends=f"{ends:%d/%m/%Y}",
            starts=f"{starts:%d/%m/%Y}",
            **words,
        )
        follow = say("Đặt effective_from bằng ngày bản trước hết hiệu lực.")
        yield _finding("period-hole", Severity.ERROR, drawing, name, text, follow)
    elif starts == _starts(before):
        text = say(
            "Thay hẳn bản số %(number)s vì cùng có hiệu lực từ %(starts)s; hồ sơ đã nhận vẫn "
            "theo bản cũ.",
            starts=f"{starts:%d/%m/%Y}",
            **words,
        )
        yield _finding("period-replaced", Severity.WARNING, drawing, name, text, later)


def _carry_out(act: Act, plan: _Plan, findings: Sequence[Finding], reason: str) -> Deployed:
    accepted = tuple(finding for finding in findings if finding.file == plan.name)
    key = plan.drawing.key
    if plan.same is not None:
        return Deployed(key, plan.same.number, False, accepted, plan.same)
    if plan.closes is not None and plan.closes.effective_to is None:
        plan.closes.effective_to = plan.starts
    row = versions.save_version(
        act.session,
        key,
        plan.drawing.name,
        plan.texts,
        effective_from=plan.drawing.effective_from,
        effective_to=plan.drawing.effective_to,
        now=act.now,
        deployed_by=act.actor.name,
        reason=reason if accepted else "",
    )
    journalling.note(
        act,
        Journalled.VERSION_DEPLOYED,
        procedure=key,
        number=row.number,
        digest=row.digest,
        reason=row.reason,
    )
    return Deployed(key, row.number, True, accepted, row)


def _sources(app: Application, files: Files, act: Act | None = None) -> Sources:
    """Where references are looked up; a deployment also knows the drawings in force."""

    def deployed(key: str) -> versions.VersionTexts | None:
        row = versions.version_in_force(act.session, key, act.today) if act else None
        return versions.version_texts(act.session, row.id) if act and row else None

    return Sources(
        files=files,
        roles=app.roles,
        compiler=app.ports.forms,
        forms_dir=app.forms_dir,
        drawings_dir=app.drawings_dir,
        print_dir=app.print_dir,
        deployed=deployed,
    )


def _same_keys(sources: Sources) -> Iterator[Finding]:
    """Two drawings handed in together must not be of one procedure, whatever their names."""
    seen: dict[str, str] = {}
    for name, content in sources.named(DRAWING):
        key = key_of(name, content)
        if key is None:
            continue
        if key in seen:
            yield Finding(
                rule="same-key",
                severity=Severity.ERROR,
                message=say(
                    "“%(name)s” và “%(other)s” cùng mang mã quy trình %(key)s.",
                    name=name,
                    other=seen[key],
                    key=key,
                ),
                remedy=say("Chỉ nộp một bản vẽ cho mỗi quy trình."),
                file=name,
            )
        seen.setdefault(key, name)


def _refuse(findings: Sequence[Finding], severity: Severity) -> None:
    """Refuses the deployment when anything is this grave, naming everything found."""
    if any(finding.severity is severity for finding in findings):
        raise DrawingRefused(findings)


def _finding(
    rule: str, severity: Severity, drawing: Drawing, file: str, message: Message, remedy: Message
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        message=message,
        remedy=remedy,
        element=drawing.key,
        name=drawing.name,
        line=drawing.line,
        file=file,
    )
