"""The rules that drawings are checked by: a page each, with what it teaches and its examples."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.bpmn.checks import ALL_RULES, AnyRule
from engine.bpmn.checks.headings import heading_of, under_headings
from engine.bpmn.checks.showing import Lessons, Shown, examples_shown
from engine.bpmn.findings import Finding, Severity
from engine.domain.errors import NotFound
from engine.domain.folding import fold
from web import scope
from web.presenting import Remaining, sentence
from web.views import lessons

bp = Blueprint("rules", __name__, url_prefix="/thu-tuc/quy-tac")

QUERY_LENGTH = 100
SHORT = 12


@dataclass(frozen=True)
class Line:
    """A rule in the index."""

    id: str
    title: str
    source: str
    grave: Remaining


@dataclass(frozen=True)
class Piece:
    """An example on the page of its rule."""

    xml: str
    note: str
    picture: Markup | None
    findings: tuple[Finding, ...]

    @property
    def short(self) -> bool:
        """Whether it is read as quickly as its picture."""
        return self.xml.count("\n") < SHORT


@bp.get("")
def show() -> ResponseReturnValue:
    """All rules by what they speak of; searched in what they teach."""
    query = request.args.get("q", "")[:QUERY_LENGTH].strip()
    with scope.act() as act:
        tuned = act.app.severities
        found = [rule for rule in ALL_RULES if _answers(rule, fold(query).split())]
        groups = [
            (
                sentence(heading),
                [_line(rule, _grave(tuned.get(rule.id, rule.severity))) for rule in rules],
            )
            for heading, rules in under_headings(found)
        ]
        return render_template(
            "procedures/rules.html",
            groups=groups,
            count=len(found),
            total=len(ALL_RULES),
            query=query,
        )


@bp.get("/<name>")
def rule(name: str) -> ResponseReturnValue:
    """One rule: what must hold, where from, how grave, and good and bad examples."""
    with scope.act() as act:
        found = lessons.RULES.get(name)
        if found is None:
            raise NotFound()
        here = act.app.severities.get(name, found.severity)
        shown = examples_shown(name) or Lessons((), ())
        return render_template(
            "procedures/rule.html",
            rule=found,
            text=lessons.text(found),
            title=lessons.title(name),
            heading=sentence(heading_of(found)),
            own=_grave(found.severity),
            here=_grave(here),
            tuned=here is not found.severity,
            good=[_piece(one) for one in shown.good],
            bad=[_piece(one) for one in shown.bad],
        )


def _answers(rule: AnyRule, words: list[str]) -> bool:
    """Whether all words asked for stand in what the rule says."""
    told = fold(f"{rule.id} {rule.lesson.vietnamese} {rule.lesson.english} {rule.lesson.source}")
    return all(word in told for word in words)


def _line(rule: AnyRule, grave: Remaining) -> Line:
    return Line(rule.id, lessons.title(rule.id) or rule.id, rule.lesson.source, grave)


def _grave(severity: Severity | None) -> Remaining:
    if severity is None:
        return Remaining(_("Không kiểm tra"), "none", "x-lg")
    if severity is Severity.WARNING:
        return Remaining(_("Cảnh báo"), "warning", "exclamation-triangle-fill")
    return Remaining(_("Lỗi"), "error", "exclamation-octagon-fill")


def _piece(one: Shown) -> Piece:
    picture = Markup(one.picture) if one.picture else None  # noqa: S704  escaped by the renderer
    return Piece(one.piece, one.note, picture, one.findings)
