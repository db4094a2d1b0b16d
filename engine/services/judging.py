"""Judging files that are to be deployed: what is wrong with them, and what each drawing pins.

That may take seconds, so it is done before the deployment takes its turn at writing, in an act that
only reads. What it relied on is remembered: the deployment asks whether all of it still stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.bpmn.findings import Finding, Severity
from engine.domain.access import Permission, require
from engine.domain.clock import local_day
from engine.domain.messages import say
from engine.domain.working_calendar import hours_of
from engine.persistence import versions
from engine.services.act import Act, Application
from engine.services.periods import Handed
from engine.services.sources import DRAWING, Files, Sources, is_kind, readable


@dataclass(frozen=True)
class Candidate:
    """A drawing with everything it pins; no texts where errors stand against it."""

    handed: Handed
    texts: versions.VersionTexts | None


@dataclass(frozen=True)
class Judged:
    """Files with what was found of them, but for the periods, which hang on what is in force."""

    files: Files
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]  # but those that cannot be read
    day: date
    relied_on: Mapping[str, int | None]  # procedure that was asked for -> its version in force

    @property
    def drawings(self) -> frozenset[str]:
        """The names of the files that are drawings."""
        return frozenset(name for name, _ in self.files if is_kind(name, DRAWING))

    def stands(self, act: Act) -> bool:
        """Whether what was relied on is still so."""
        return act.today == self.day and all(
            _InForce(act).number(key) == number for key, number in self.relied_on.items()
        )


def judge(act: Act, files: Files) -> Judged:
    """Judges files as they would be deployed today; touches nothing."""
    require(act.actor, Permission.PROCEDURE_DEPLOY)
    in_force = _InForce(act)
    sources = _sources(act.app, files, in_force)
    findings = (*sources.findings(), *_same_names(sources))
    bad = {finding.file for finding in findings if finding.severity is Severity.ERROR}
    candidates = tuple(
        Candidate(one, None if one.name in bad else sources.texts(one.content))
        for one in _handed(act, sources)
    )
    return Judged(files, findings, candidates, act.today, dict(in_force.asked))


@dataclass
class _InForce:
    """The versions in force as an act sees them; which were asked for is remembered."""

    act: Act
    asked: dict[str, int | None] = field(default_factory=dict)

    def number(self, key: str) -> int | None:
        row = versions.version_in_force(self.act.session, key, self.act.today)
        self.asked[key] = row.id if row else None
        return self.asked[key]

    def texts(self, key: str) -> versions.VersionTexts | None:
        version_id = self.number(key)
        return None if version_id is None else versions.version_texts(self.act.session, version_id)


def _sources(app: Application, files: Files, in_force: _InForce | None = None) -> Sources:
    """Where references are looked up; a deployment also knows the drawings in force."""
    return Sources(
        files=files,
        roles=app.roles,
        compiler=app.ports.forms,
        forms_dir=app.forms_dir,
        drawings_dir=app.drawings_dir,
        print_dir=app.print_dir,
        hours_per_day=hours_of(app.settings.shifts),
        deployed=in_force.texts if in_force else lambda _key: None,
        today=in_force.act.today if in_force else local_day(app.clock.now()),
        severities=app.severities,
    )


def found_in(app: Application, files: Files, act: Act | None = None) -> tuple[Finding, ...]:
    """Everything wrong with files in themselves, whoever asks."""
    return _sources(app, files, _InForce(act) if act else None).findings()


def _handed(act: Act, sources: Sources) -> Iterator[Handed]:
    """The drawings with their periods.

    What cannot be read, or whose dates cannot, is left out: that is told already.
    """
    for name, content in sources.named(DRAWING):
        drawing = readable(content)
        if drawing is None:
            continue
        try:
            one = Handed(name, content, drawing, drawing.effective_from or act.today)
            _ = one.ends
        except ValueError:
            continue
        yield one


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
