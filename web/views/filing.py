"""Receiving a dossier at the counter: procedure, form, code; and the receipts issued later."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.errors import FormInvalid, NotFound, NotPermitted, UnitChoiceNeeded
from engine.domain.folding import fold
from engine.domain.states import TaskState
from engine.services import filing, viewing
from engine.services.act import Act
from engine.services.counters import office_begins
from engine.services.documents import kinds
from engine.services.documents import viewing as documents
from web import scope
from web.views import linking, persons, picking, sheets

bp = Blueprint("filing", __name__)


#: So many procedures are seen at a glance: no search is offered.
GLANCE = 7

QUERY_LENGTH = 200


@bp.get("/tiep-nhan")
def choose() -> ResponseReturnValue:
    """The procedures that the visitor may file today, by field, and how the dossier comes in."""
    query = request.args.get("q", "")[:QUERY_LENGTH].strip()
    with scope.act() as act:
        offers = filing.offers(act)
        if not offers and not scope.receives():
            raise NotPermitted()
        words = fold(query).split()
        fields = act.app.roles.fields
        found = [
            one
            for one in offers
            if all(word in fold(f"{one.row.name} {fields.get(one.field, '')}") for word in words)
        ]
        groups = [
            (fields.get(field, _("Lĩnh vực khác")), [*group])
            for field, group in groupby(found, key=lambda one: one.field)
        ]
        return render_template(
            "filing/choose.html", groups=groups, query=query, searchable=len(offers) > GLANCE
        )


@bp.get("/tiep-nhan/<key>")
def show(key: str) -> ResponseReturnValue:
    """The first form of a procedure, empty."""
    with scope.act() as act:
        return _page(
            act,
            key,
            _channel(request.args.get("kenh")),
            secrets.token_urlsafe(24),
            start=request.args.get("bat_dau_tai", ""),
        )


@bp.post("/tiep-nhan/<key>")
def file(key: str) -> ResponseReturnValue:
    """Receives the dossier; the same page sent twice leads to the same case."""
    channel = _channel(request.form.get("_kenh"))
    filing_key = request.form.get("_filing_key", "")
    unit_id = request.form.get("_don_vi", 0, type=int)
    start = request.form.get("_bat_dau_tai", "")
    with scope.act() as act:
        form = filing.filing_page(act, key, channel, start).form
    submission = sheets.posted(form)
    if sheets.only_rows_change():
        return _again(key, channel, filing_key, submission), 200
    try:
        with scope.act(write=True) as act:
            case = filing.file_case(
                act,
                key,
                unit_id,
                channel,
                submission,
                filing_key,
                sheets.chosen_units(),
                picking.picked(form),
                start,
            )
            return redirect(url_for("filing.filed", case_id=case.id))
    except FormInvalid as refused:
        return _again(key, channel, filing_key, submission, refused), 422
    except UnitChoiceNeeded as needed:
        return _again(key, channel, filing_key, submission, needed=needed), 422


@bp.get("/ho-so/<int:case_id>/da-nhan")
def filed(case_id: int) -> ResponseReturnValue:
    """What came of filing: the code to give to the applicant, and the next step."""
    with scope.act() as act:
        page = viewing.case_page(act, case_id)
        waiting = [task for task in page.tasks if task.state == TaskState.OPEN]
        return render_template(
            "filing/filed.html",
            case=page.case,
            version=page.version,
            next_task=waiting[0] if waiting else None,
            workable=page.workable,
            alike=linking.alike_notice(act, page.case),
            opened=office_begins(act.app.roles, page.drawing),
        )


@bp.get("/ho-so/<int:case_id>/giay-hen/<int:number>")
def receipt(case_id: int, number: int) -> ResponseReturnValue:
    """A receipt: as it was issued, or the page on which it gets its number and is printed."""
    with scope.act() as act:
        page = viewing.case_page(act, case_id)
        if not any(issued.number == number for issued in page.receipts):
            raise NotFound()
        row = documents.receipt_document(act, case_id, number)
        if row is not None:
            return redirect(url_for("documents.show", document_id=row.id))
        place = {"case_id": case_id, "kind": kinds.RECEIPT, "lan": number}
        return redirect(url_for("documents.form", **place))


def _channel(asked: str | None) -> str:
    return asked if asked in filing.CHANNELS else "counter"


def _again(
    key: str,
    channel: str,
    filing_key: str,
    submission: Mapping[str, Any],
    refused: FormInvalid | None = None,
    needed: UnitChoiceNeeded | None = None,
) -> str:
    """The page once more with what was sent, files included: the act has said that they may."""
    kept = sheets.keep(submission)
    with scope.act() as act:
        start = request.form.get("_bat_dau_tai", "")
        return _page(act, key, channel, filing_key, kept, refused, needed, start)


def _page(
    act: Act,
    key: str,
    channel: str,
    filing_key: str,
    kept: sheets.Kept | None = None,
    refused: FormInvalid | None = None,
    needed: UnitChoiceNeeded | None = None,
    start: str = "",
) -> str:
    page = filing.filing_page(act, key, channel, start)
    if page.starts and not page.start:
        return render_template("filing/start.html", page=page, key=key, channel=channel)
    items = sheets.shown(page.form, kept.values if kept else {}, page.known, refused)
    picking.show_again(items)
    return render_template(
        "filing/show.html",
        page=page,
        key=key,
        channel=channel,
        filing_key=filing_key,
        unit_id=request.form.get("_don_vi", type=int),
        kept=kept.proof if kept else "",
        items=items,
        alike=persons.alike_lines(act, page.form, kept.values, key) if kept else [],
        uploads=sheets.asks_for_files(items),
        choice=sheets.choice(act, needed),
    )
