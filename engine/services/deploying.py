"""Checking drawings and deploying them as versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from engine.bpmn.findings import Finding, Severity
from engine.domain.access import Permission, require
from engine.domain.clock import local_day
from engine.domain.errors import Conflict, DrawingRefused, Misuse
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.working_calendar import hours_of
from engine.persistence import versions
from engine.persistence.tables import VersionRow
from engine.services import journalling, periods
from engine.services.act import Act, Application
from engine.services.periods import Handed, Place
from engine.services.readiness import has_database
from engine.services.sources import DRAWING, Files, Sources, readable

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
    5. the same bytes again make no new version; 6. a later version closes the open one before it,
    also one deployed with it: those of one procedure go in the order of their periods; 7. journal.
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
        return [
            _carry_out(act, plan, _accepted(findings, plan, sources), reason.strip())
            for plan in plans
        ]
    except IntegrityError as error:  # somebody deployed the same procedure at the same moment
        raise Conflict() from error


@dataclass(frozen=True)
class _Plan:
    """One drawing about to become a version, or the version it is already."""

    handed: Handed
    texts: versions.VersionTexts
    same: VersionRow | None


def _judge(act: Act, sources: Sources) -> tuple[tuple[Finding, ...], list[_Plan]]:
    """All findings, those on periods too; and what to do with each drawing that has no error.

    Drawings of one procedure are judged, and deployed, in the order of their periods, each after
    the one before it.
    """
    findings = [*sources.findings(), *_same_names(sources)]
    bad = {finding.file for finding in findings if finding.severity is Severity.ERROR}
    plans: list[_Plan] = []
    for group in _by_procedure(act, sources):
        rows = versions.versions(act.session, group[0].drawing.key)
        before, before_is_new = None, False
        followers: list[date | None] = [*(one.starts for one in group[1:]), None]
        for one, follower in zip(group, followers, strict=True):
            plan = None if one.name in bad else _plan(act, sources, one)
            same = plan.same if plan else None
            place = Place(rows, same, before, before_is_new, follower)
            found = list(periods.findings(one, place))
            if plan is not None:
                plans.append(plan)
            else:  # what else would stand against it, as far as it can be told
                found = [finding for finding in found if finding.severity is Severity.ERROR]
            findings += found
            before, before_is_new = one, same is None
    return tuple(findings), plans


def _by_procedure(act: Act, sources: Sources) -> list[list[Handed]]:
    """The drawings, those of one procedure together in the order of their periods.

    What cannot be read, or whose dates cannot, is left out: that is told already.
    """
    groups: dict[str, list[Handed]] = {}
    for name, content in sources.named(DRAWING):
        drawing = readable(content)
        if drawing is None:
            continue
        try:
            one = Handed(name, content, drawing, drawing.effective_from or act.today)
            _ = one.ends
        except ValueError:
            continue
        groups.setdefault(drawing.key, []).append(one)
    return [sorted(group, key=lambda one: one.starts) for group in groups.values()]


def _plan(act: Act, sources: Sources, one: Handed) -> _Plan:
    texts, key = sources.texts(one.content), one.drawing.key
    return _Plan(one, texts, versions.version_with(act.session, key, texts.digest(key)))


def _accepted(findings: Sequence[Finding], plan: _Plan, sources: Sources) -> tuple[Finding, ...]:
    """The warnings on a drawing, and on the forms and tables that came with it."""
    others = {name for name, _ in sources.named(DRAWING)} - {plan.handed.name}
    return tuple(finding for finding in findings if finding.file not in others)


def _carry_out(act: Act, plan: _Plan, accepted: tuple[Finding, ...], reason: str) -> Deployed:
    drawing, starts = plan.handed.drawing, plan.handed.starts
    key = drawing.key
    if plan.same is not None:
        return Deployed(key, plan.same.number, False, accepted, plan.same)
    last = periods.latest(versions.versions(act.session, key))
    if last is not None and last.effective_to is None:
        last.effective_to = starts
    row = versions.save_version(
        act.session,
        key,
        drawing.name,
        plan.texts,
        effective_from=drawing.effective_from,
        effective_to=drawing.effective_to,
        now=act.now,
        deployed_by=act.actor.name,
        reason=reason if accepted else "",
        accepted=[finding.stored() for finding in accepted],
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
        hours_per_day=hours_of(app.settings.shifts),
        deployed=deployed,
        today=act.today if act else local_day(app.clock.now()),
        severities=app.severities,
    )


def _same_names(sources: Sources) -> Iterator[Finding]:
    """Findings tell drawings apart by the names of their files."""
    names = Counter(name for name, _ in sources.named(DRAWING))
    for name in (name for name, times in names.items() if times > 1):
        yield Finding(
            rule="same-file-name",
            severity=Severity.ERROR,
            message=say("Có hai bản vẽ cùng tên tệp “%(name)s”.", name=name),
            remedy=say("Đổi tên một trong hai tệp rồi nộp lại."),
            file=name,
        )


def _refuse(findings: Sequence[Finding], severity: Severity) -> None:
    """Refuses the deployment when anything is this grave, naming everything found."""
    if any(finding.severity is severity for finding in findings):
        raise DrawingRefused(findings)
