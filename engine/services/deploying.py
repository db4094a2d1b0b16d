"""Checking drawings and deploying them as versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from engine.bpmn.findings import Finding, Severity
from engine.domain.access import Permission, require
from engine.domain.errors import Conflict, DrawingRefused, Misuse
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.persistence import versions
from engine.persistence.tables import VersionRow
from engine.services import journalling, periods
from engine.services.act import Act, Application
from engine.services.judging import Candidate, Judged, found_in, judge
from engine.services.periods import Handed, Place
from engine.services.readiness import has_database
from engine.services.sources import Files

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
        return found_in(app, files)
    with app.act(None, write=False) as act:
        return found_in(app, files, act)


def check(act: Act, files: Files) -> tuple[Finding, ...]:
    """Everything that `deploy` would have to say of the files today; touches nothing."""
    judged = judge(act, files)
    findings = _planned(act, judged)[0]
    return findings if judged.drawings else (*findings, _NO_DRAWING)


def deploy(act: Act, files: Files, reason: str = "") -> list[Deployed]:
    """Judges files and puts them in force in one act, which others wait for meanwhile."""
    return put_in_force(act, judge(act, files), reason)


def put_in_force(act: Act, judged: Judged, reason: str = "") -> list[Deployed]:
    """Deploys drawings with everything they reference: all of them, or none.

    1. permission; 2. what was judged in an earlier act must still stand, else all is judged again;
    3. the period in which each drawing would be in force; errors refuse all (DrawingRefused with
    every finding); 4. warnings need a `reason` (otherwise DrawingRefused too); 5. pin each
    drawing's forms, decisions and called drawings, transitively; 6. the same bytes again make no
    new version; 7. a later version closes the open one before it, also one deployed with it: those
    of one procedure go in the order of their periods; 8. journal.
    """
    require(act.actor, Permission.PROCEDURE_DEPLOY)
    if not judged.drawings:
        raise Misuse(_NO_DRAWING.message)
    if not judged.stands(act):
        judged = judge(act, judged.files)
    findings, plans = _planned(act, judged)
    _refuse(findings, Severity.ERROR)
    if not reason.strip():
        _refuse(findings, Severity.WARNING)
    try:
        return [
            _carry_out(act, plan, _accepted(findings, plan, judged), reason.strip())
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


def _planned(act: Act, judged: Judged) -> tuple[tuple[Finding, ...], list[_Plan]]:
    """All findings, those on periods too; and what to do with each drawing that has no error.

    Drawings of one procedure are judged, and deployed, in the order of their periods, each after
    the one before it.
    """
    findings = [*judged.findings]
    plans: list[_Plan] = []
    for group in _by_procedure(judged):
        rows = versions.versions(act.session, group[0].handed.drawing.key)
        before, before_is_new = None, False
        followers: list[date | None] = [*(each.handed.starts for each in group[1:]), None]
        for each, follower in zip(group, followers, strict=True):
            one, plan = each.handed, _plan(act, each)
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


def _by_procedure(judged: Judged) -> list[list[Candidate]]:
    """The drawings, those of one procedure together in the order of their periods."""
    groups: dict[str, list[Candidate]] = {}
    for one in judged.candidates:
        groups.setdefault(one.handed.drawing.key, []).append(one)
    return [sorted(group, key=lambda one: one.handed.starts) for group in groups.values()]


def _plan(act: Act, one: Candidate) -> _Plan | None:
    if one.texts is None:
        return None
    key = one.handed.drawing.key
    return _Plan(
        one.handed, one.texts, versions.version_with(act.session, key, one.texts.digest(key))
    )


def _accepted(findings: Sequence[Finding], plan: _Plan, judged: Judged) -> tuple[Finding, ...]:
    """The warnings on a drawing, and on the forms and tables that came with it."""
    others = judged.drawings - {plan.handed.name}
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


def _refuse(findings: Sequence[Finding], severity: Severity) -> None:
    """Refuses the deployment when anything is this grave, naming everything found."""
    if any(finding.severity is severity for finding in findings):
        raise DrawingRefused(findings)
