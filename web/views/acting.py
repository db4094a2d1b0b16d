"""Pages of acts that say first what they will do: asked, refused with what was typed, done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.domain.clock import ZONE, local_day
from engine.domain.errors import CalendarUnknown, Conflict, Misuse
from engine.domain.messages import say
from engine.persistence.calendars import load_calendar
from engine.ports import UploadedFile
from engine.services.act import Act
from engine.services.viewing import CasePage
from web import scope
from web.presenting import sentence
from web.views import sheets

#: What such a page may be refused for and shown again.
REFUSED = (Misuse, CalendarUnknown)


@dataclass(frozen=True)
class Said:
    """What was typed on an act's page that was refused, and why."""

    reason: str = ""
    wrong: str = ""
    document: dict[str, str] | None = None  # `file` and `name` of the upload that was kept
    proof: str = ""
    day: str = ""


@dataclass(frozen=True)
class Words:
    """What an act's page says and asks."""

    title: str
    effects: Sequence[str]
    submit: str
    icon: str
    reason: str = ""  # label of the field; "" asks for none
    most: int = 300
    document: str = ""
    required: bool = True  # whether there must be a document
    danger: bool = False


Asks = Callable[[Act, Said], str]
Does = Callable[[Act, str, UploadedFile | None], str]


def ask(page: Asks) -> str:
    """The page before anything was typed."""
    with scope.act() as act:
        return page(act, Said())


def carry_out(case_id: int, do: Does, again: Asks) -> ResponseReturnValue:
    """Does it and goes back to the case; refused, the page once more with what was typed."""
    reason, document = request.form.get("reason", ""), _document()
    try:
        with scope.act(write=True) as act:
            flash(do(act, reason, document), "good")
            return redirect(url_for("cases.show", case_id=case_id))
    except REFUSED as refused:
        said = _kept(reason, sentence(refused.message), document)
    with scope.act() as act:
        return again(act, said), 422


def shown(page: CasePage, words: Words, said: Said, **more: object) -> str:
    """The page itself."""
    return render_template("clock/act.html", case=page.case, words=words, said=said, **more)


def impossible(error: Conflict) -> ResponseReturnValue:
    """The act cannot be done as things are: why, and the way back to the case."""
    case_id = (request.view_args or {})["case_id"]
    with scope.act():  # the act that failed has ended: the page's frame counts notices anew
        page = render_template("clock/impossible.html", message=error.message, case_id=case_id)
    return page, 409


def day_of(written: str) -> date:
    """A day as browsers send it or as people write it. Raises Misuse."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(written.strip(), pattern).replace(tzinfo=ZONE).date()
        except ValueError:
            continue
    raise Misuse(say("“%(text)s” không phải là một ngày. Hãy ghi như 26/02/2026.", text=written))


def example(act: Act, page: CasePage) -> date:
    """A day that could be promised: a week after today and after the present date."""
    calendar = load_calendar(act.session, act.app.settings.shifts, page.case.unit_id)
    later = max(act.now, page.case.due_at or act.now) + timedelta(days=7)
    return calendar.next_working_day(local_day(later))


def _document() -> UploadedFile | None:
    """The file sent now, or the one that this page kept when it was refused before."""
    sent = sheets.uploaded_file("document")
    if sent is not None:
        return sent
    digest = request.form.get("document_file", "")
    return sheets.kept_again(digest, request.form.get("document_name", "")) if digest else None


def _kept(reason: str, wrong: str, document: UploadedFile | None) -> Said:
    """Nobody uploads twice; only for whom the act itself has let through to its checks."""
    if document is None or document.empty:
        return Said(reason, wrong)
    kept = sheets.keep({"document": document})
    file = kept.values["document"]
    return Said(reason, wrong, file if "file" in file else None, kept.proof)
