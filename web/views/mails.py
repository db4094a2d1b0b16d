"""The outbox: every mail that was written, whether it has left, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.states import MailState
from engine.persistence import mails
from engine.services import mailing
from web import scope
from web.presenting import Remaining, capped

bp = Blueprint("mails", __name__, url_prefix="/quan-tri/thu-di")


@dataclass(frozen=True)
class Tab:
    """The mails of one state."""

    value: str | None
    label: str
    count: str
    alarming: bool


@bp.get("")
def show() -> ResponseReturnValue:
    """Mails, the latest first; of one state when asked for."""
    state, after = _state(request.args.get("xem")), request.args.get("sau")
    with scope.act() as act:
        found = mailing.outbox(act, state, after)
        return render_template(
            "mails/show.html",
            standing=mailing.standing(act),
            site=act.app.settings.site,
            lines=[(line, tag_of(line.state)) for line in found.lines],
            state=state,
            tabs=_tabs(mails.counts(act.session)),
            next_url=url_for("mails.show", xem=state, sau=found.after) if found.after else "",
            first_url=url_for("mails.show", xem=state) if after else "",
        )


@bp.get("/<int:mail_id>")
def one(mail_id: int) -> ResponseReturnValue:
    """One mail as its reader sees it, and how sending went."""
    with scope.act() as act:
        letter = mailing.look(act, mail_id)
        return render_template(
            "mails/one.html",
            mail=letter.mail,
            name=letter.name,
            incident_id=letter.incident_id,
            tag_shown=tag_of(letter.mail.state),
            standing=mailing.standing(act),
            waiting=letter.mail.state == MailState.WAITING,
        )


def tag_of(state: str) -> Remaining:
    """A mail's state as a tag."""
    return {
        MailState.WAITING: Remaining(_("Chờ gửi"), "soon", "hourglass-split"),
        MailState.SENDING: Remaining(_("Đang gửi"), "soon", "hourglass-split"),
        MailState.SENT: Remaining(_("Đã gửi"), "done", "check-circle-fill"),
        MailState.PARKED: Remaining(_("Không gửi được"), "overdue", "exclamation-octagon-fill"),
        MailState.GIVEN_UP: Remaining(_("Thôi gửi"), "none", "x-lg"),
    }[MailState(state)]


def _tabs(counts: dict[MailState, int]) -> list[Tab]:
    every = [Tab(None, _("Tất cả"), "", alarming=False)]
    return every + [
        Tab(
            state.value,
            tag_of(state).text,
            capped(counts[state], mails.COUNT_LIMIT),
            alarming=state is MailState.PARKED,
        )
        for state in MailState
        if state is not MailState.SENDING or counts[state]
    ]


def _state(asked: str | None) -> MailState | None:
    return MailState(asked) if asked in set(MailState) else None
