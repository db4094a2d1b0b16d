"""Procedures: their versions and drawings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.bpmn.decisions.tables import DecisionTable
from engine.bpmn.model import HUMAN, TIMERS, Drawing, Kind, Node
from engine.bpmn.pictures import svg, telling
from engine.domain.access import Permission, allows
from engine.domain.brochures import LEGAL_BASIS, TOLD, read_brochure
from engine.domain.durations import Alternative, parse_alternatives
from engine.domain.errors import NotFound
from engine.domain.roles import RoleRegister
from engine.services import catalogue, exhibits, filing, performers, time_proofs, viewing
from engine.services.catalogue import Entry, Standing, Version
from web import scope
from web.presenting import Remaining, day, sentence
from web.views import deciding, findings, proof

if TYPE_CHECKING:
    from engine.persistence.tables import VersionRow

bp = Blueprint("procedures", __name__, url_prefix="/thu-tuc")

QUERY_LENGTH = 200


@dataclass(frozen=True)
class Group:
    """The procedures of one field."""

    name: str
    entries: list[Entry]


@dataclass(frozen=True)
class Step:
    """A step of a drawing, in a table."""

    id: str
    name: str
    performer: str
    due: list[Alternative]
    documentation: str
    clock_paused: bool
    then: str  # of a timer: what happens when its moment comes
    table: str | None  # of a rule task: the decision table it asks


@bp.get("")
def show() -> ResponseReturnValue:
    """The register: every procedure by field, with versions, terms and open dossiers; and parts."""
    query = request.args.get("q", "")[:QUERY_LENGTH].strip()
    field = request.args.get("linh_vuc", "")
    with scope.act() as act:
        fields = act.app.roles.fields
        field = field if field in fields else ""
        entries, parts = catalogue.register(act, query, field)
        groups = [
            Group(name or _("Chưa xếp lĩnh vực"), list(group))
            for name, group in groupby(entries, key=lambda one: one.field_name)
        ]
        return render_template(
            "procedures/show.html",
            groups=groups,
            count=len(entries),
            parts=parts,
            fields=fields,
            field=field,
            query=query,
            terms=_alternatives,
            basis=_basis,
            standing=_standing,
            period=_period,
            exhibits=exhibits.listed(act),
            may_deploy=allows(act.actor, Permission.PROCEDURE_DEPLOY),
        )


@bp.get("/<key>")
def procedure(key: str) -> ResponseReturnValue:
    """A procedure by its key alone: the version that counts today."""
    with scope.act() as act:
        entry = catalogue.entry(act, key)
        if entry is None:
            raise NotFound()
        return redirect(url_for("procedures.version", key=key, number=entry.shown.row.number))


@bp.get("/<key>/<int:number>")
def version(key: str, number: int) -> ResponseReturnValue:
    """One version: diagram, terms and every step."""
    with scope.act() as act:
        row, drawing = viewing.version_drawing(act, key, number)
        loaded = act.version(row.id)
        authorities = act.app.roles.authorities
        entry = catalogue.entry(act, key)
        listed = entry.versions if entry else ()
        this = next((one for one in listed if one.row.id == row.id), None)
        time = time_proofs.proof_of(act, row.id) if drawing.startable else None
        return render_template(
            "procedures/version.html",
            version=row,
            drawing=drawing,
            entry=entry,
            this=this,
            brochure=read_brochure(drawing.documentation),
            told=TOLD,
            standing=_standing,
            period=_period,
            may_file=any(one.row.id == row.id for one in filing.offers(act)),
            terms=[
                (_("Thời hạn giải quyết"), _alternatives(drawing.legal_term)),
                *(
                    (authorities.get(kind, kind), _alternatives(term))
                    for kind, term in drawing.authority_terms.items()
                ),
            ],
            picture=Markup(svg.render(drawing)),  # noqa: S704  escaped by the renderer
            steps=_steps(drawing, loaded.spec.tables, act.app.roles),
            tables=deciding.tables(loaded, act.app.roles),
            proof=time,
            proved=proof.outcomes(time) if time else (),
            accepted=[(one, one["rule"] in findings.WITH_PAGE) for one in row.accepted],
            may_deploy=allows(act.actor, Permission.PROCEDURE_DEPLOY),
        )


@bp.get("/<key>/<int:number>/ban-ve")
def source(key: str, number: int) -> ResponseReturnValue:
    """The `.bpmn` as it was deployed, to be redrawn in Camunda Modeler or bpmn.io."""
    with scope.act() as act:
        filename, content = viewing.version_source(act, key, number)
        response = Response(content, mimetype="application/xml")
        response.headers.set("Content-Disposition", "attachment", filename=filename)
        return response


def _alternatives(text: str | None) -> list[Alternative]:
    """A term as drawn, its conditional values apart."""
    return list(parse_alternatives(text)) if text else []


def _steps(
    drawing: Drawing, tables: Mapping[str, DecisionTable], roles: RoleRegister
) -> list[Step]:
    """What people do and wait for, in the order of the lanes' drawing."""
    shown = HUMAN | TIMERS | {Kind.RULE_TASK, Kind.CALL_ACTIVITY}
    return [
        Step(
            id=node.id,
            name=telling.title(drawing, node) if node.kind in TIMERS else node.name,
            performer=_("Hệ thống")
            if node.kind in (TIMERS - {Kind.TIMER_CATCH}) | {Kind.RULE_TASK}
            else _performer(drawing, node, tables, roles),
            due=_alternatives(node.due or node.timer),
            documentation=node.documentation,
            then=sentence(telling.afterwards(drawing, node)) if node.kind in TIMERS else "",
            clock_paused=node.clock_paused,
            table=node.called if node.kind is Kind.RULE_TASK else None,
        )
        for node in drawing.nodes.values()
        if node.kind in shown
    ]


def _performer(
    drawing: Drawing, node: Node, tables: Mapping[str, DecisionTable], roles: RoleRegister
) -> str:
    names = [roles.find(group) for group in node.candidate_groups]
    found = [role.name for role in names if role]
    decided = [role.name for role in performers.possible(node, tables, roles)]
    if decided:
        return _("Do bảng quyết định chọn: %(roles)s", roles="; ".join(decided))
    return ", ".join(found) or drawing.lane_name(node.id) or "–"


def _standing(standing: Standing) -> Remaining:
    return {
        Standing.COMING: Remaining(_("Sẽ áp dụng"), "soon", "hourglass-split"),
        Standing.ENDED: Remaining(_("Hết hiệu lực"), "none", "x-lg"),
        Standing.CURRENT: Remaining(_("Đang áp dụng"), "done", "check-circle-fill"),
    }[standing]


def _basis(version: Version) -> tuple[str, int]:
    """The first line of the legal basis, and how many more there are."""
    section = version.brochure.sections.get(LEGAL_BASIS)
    lines = [line for _, found in section.parts for line in found] if section else []
    return (lines[0].rstrip(";.") if lines else ""), max(len(lines) - 1, 0)


def _period(row: VersionRow) -> str:
    start = day(row.effective_from or row.deployed_at)
    if row.effective_to is None:
        return _("từ %(start)s", start=start)
    return _("từ %(start)s đến trước %(end)s", start=start, end=day(row.effective_to))
