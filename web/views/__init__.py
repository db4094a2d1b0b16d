"""One module per room of the site; here they are hung up, and the menu says who sees which."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request
from flask_babel import gettext as _

from engine.bootstrap import Application
from engine.domain.access import Actor, Permission, allows, watches
from web import scope
from web.views import (
    account,
    administration,
    annex,
    attachments,
    board,
    book_settings,
    books,
    calendar,
    calendar_changes,
    cases,
    certificates,
    clock,
    deadlines,
    document_acts,
    documents,
    dossier_lists,
    drawings,
    exhibits,
    filing,
    giving,
    health,
    heat,
    hurrying,
    importing,
    inbox,
    incidents,
    ladders,
    letters,
    linking,
    list_papers,
    list_rows,
    looking_up,
    mails,
    metrics,
    notices,
    numbers,
    office_hours,
    originals,
    overdue,
    persons,
    procedures,
    reading,
    registers,
    retention,
    roles,
    rules,
    sealing,
    signing,
    staff_import,
    tasks,
    units,
    uploads,
    users,
    verifying,
)
from web.views import posts as given_posts

BLUEPRINTS = (
    health.bp,
    metrics.bp,
    uploads.bp,
    signing.bp,
    looking_up.bp,
    inbox.bp,
    tasks.bp,
    dossier_lists.bp,
    list_rows.bp,
    list_papers.bp,
    deadlines.bp,
    filing.bp,
    cases.bp,
    attachments.bp,
    documents.bp,
    document_acts.bp,
    clock.bp,
    letters.bp,
    annex.bp,
    board.bp,
    overdue.bp,
    giving.bp,
    heat.bp,
    hurrying.bp,
    persons.bp,
    linking.bp,
    drawings.bp,
    rules.bp,
    exhibits.bp,
    procedures.bp,
    calendar.bp,
    calendar_changes.bp,
    account.bp,
    books.bp,
    numbers.bp,
    registers.bp,
    book_settings.bp,
    administration.bp,
    units.bp,
    users.bp,
    given_posts.bp,
    roles.bp,
    staff_import.bp,
    office_hours.bp,
    incidents.bp,
    ladders.bp,
    mails.bp,
    reading.bp,
    importing.bp,
    retention.bp,
    notices.bp,
    certificates.bp,
    originals.bp,
    sealing.bp,
    verifying.bp,
)

#: Rooms that one enters by the board.
WATCHING = frozenset({"overdue", "heat", "giving"})

#: Rooms of lists, which one enters by the inbox.
LISTS = frozenset({"dossier_lists", "list_rows", "list_papers"})

#: Rooms that one enters by the administrators' page.
ADMINISTRATION = frozenset(
    {
        "book_settings",
        "certificates",
        "importing",
        "incidents",
        "ladders",
        "mails",
        "office_hours",
        "posts",
        "reading",
        "retention",
        "roles",
        "staff_import",
        "units",
        "users",
    }
)


@dataclass(frozen=True)
class Item:
    """A line of the menu."""

    endpoint: str
    label: str
    icon: str
    current: bool


def register(app: Flask) -> None:
    """Hangs up all rooms."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def menu(actor: Actor) -> list[Item]:
    """The rooms this actor may use, the present one marked."""
    rooms = [
        ("inbox.show", _("Việc của tôi"), "inbox", True),
        ("filing.choose", _("Tiếp nhận"), "file-earmark-plus", scope.receives()),
        ("cases.search", _("Tra cứu hồ sơ"), "search", True),
        ("sealing.waiting", _("Ký số"), "pencil-square", sealing.may_wait(actor)),
        ("board.show", _("Giám sát"), "exclamation-octagon-fill", watches(actor)),
        ("books.show", _("Sổ văn bản"), "journal-text", bool(actor.posts)),
        ("originals.show", _("Bản gốc"), "file-earmark", bool(actor.posts)),
        ("procedures.show", _("Thủ tục"), "diagram-3", True),
        ("calendar.show", _("Lịch làm việc"), "calendar3", True),
        ("administration.show", _("Quản trị"), "shield-lock", _administers(actor)),
    ]
    here = (request.endpoint or "").split(".")[0]
    here = "board" if here in WATCHING else here
    here = "cases" if here in ("persons", "linking") else here
    here = "books" if here in {"numbers", "registers"} else here
    here = "inbox" if here in LISTS else here
    here = "procedures" if here in ("drawings", "exhibits", "rules") else here
    here = "calendar" if here == "calendar_changes" else here
    here = "administration" if here in ADMINISTRATION else here
    return [
        Item(endpoint, label, icon, endpoint.split(".")[0] == here)
        for endpoint, label, icon, allowed in rooms
        if allowed
    ]


def _administers(actor: Actor) -> bool:
    return allows(actor, Permission.INCIDENT_HANDLE)


def posts(application: Application, actor: Actor) -> list[str]:
    """The actor's posts in words: role and unit."""
    units = scope.units()
    lines = []
    for post in actor.posts:
        role = application.roles.roles.get(post.role)
        unit = units.get(post.unit_id)
        name = role.name if role else post.role
        lines.append(f"{name} – {unit.name}" if unit else name)
    return lines
