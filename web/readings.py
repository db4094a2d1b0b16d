"""Notes who reads which person's data, behind the pages' backs: no page waits for it or fails."""

from __future__ import annotations

import atexit
import logging
from collections import OrderedDict, deque
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event, Lock, Thread

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from engine.bootstrap import Application
from engine.domain.errors import Unavailable
from engine.services import reading
from engine.services.reading import Read
from web import requests, scope

EXTENSION = "quytrinh-readings"

#: What an address names, and the table through which that leads to a dossier.
SUBJECTS = {
    "task_id": "task",
    "attachment_id": "attachment",
    "document_id": "document",
    "original_id": "original",
    "apology_id": "apology",
    "move_id": "hand_over",
}

#: Pictures that can be read are readings of the page they stand on, whoever asks for them alone.
PICTURES = {
    "attachments.leaf": "attachments.show",
    "documents.form_picture": "documents.form",
    "documents.picture": "documents.show",
    "list_papers.picture": "list_papers.look",
}

#: Rooms whose pages and files show nothing of a person, though they may name a dossier.
PLAIN_ROOMS = frozenset(
    {"calendar", "calendar_changes", "deadlines", "importing", "ladders", "procedures", "static"}
)

#: Written together, at the latest after so many seconds.
BATCH = 200
SECONDS = 1.0
AWAY_SECONDS = 10.0

#: Who reloads a page within so long is not even remembered; the database knows of the last minutes.
AGAIN = timedelta(minutes=1)

#: While the database is away, so many are remembered; older ones are lost, and the log says so.
MOST = 20_000
MOST_KEYS = 50_000

log = logging.getLogger(__name__)

Key = tuple[object, ...]


class When(StrEnum):
    """Setting READINGS of the Flask application."""

    BEHIND = "behind"  # by a thread of its own
    AT_ONCE = "at-once"  # before the answer leaves: tests
    NEVER = "never"


class Notebook:
    """What this process has yet to write down."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._waiting: deque[Read] = deque()
        self._noted: OrderedDict[Key, datetime] = OrderedDict()  # when last put on the list
        self._lock = Lock()
        self._writing = Lock()
        self._come = Event()
        self._thread: Thread | None = None
        self._lost = 0

    def put(self, one: Read) -> None:
        """Remembers it, unless the same was read a moment ago."""
        key = (one.user_id, one.what, one.case_id, one.person_id, one.through)
        with self._lock:
            last = self._noted.get(key)
            if last is not None and not one.always and one.at - last < AGAIN:
                return
            self._noted[key] = one.at
            self._noted.move_to_end(key)
            while len(self._noted) > MOST_KEYS:
                self._noted.popitem(last=False)
            if len(self._waiting) >= MOST:
                self._waiting.popleft()
                self._lost += 1
            self._waiting.append(one)

    def write_behind(self) -> None:
        """Lets the thread of this process write soon; it starts with the first reading."""
        self._come.set()
        if self._thread is None or not self._thread.is_alive():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = Thread(target=self._write_on, name="readings", daemon=True)
                    self._thread.start()
                    atexit.register(self.flush)

    def flush(self) -> bool:
        """Writes what waits, in one transaction for each batch; False when that cannot be now."""
        with self._writing:
            while batch := self._next():
                try:
                    with self._application.act(None) as act:
                        reading.keep(act, batch)
                except Exception as error:  # whatever it is, no page may fail for it
                    with self._lock:
                        self._waiting.extendleft(reversed(batch))
                    away = isinstance(error, Unavailable)
                    log.error("readings wait to be written: %s", error, exc_info=not away)
                    return False
            if self._lost:
                log.error("%s readings are lost: the database was away for too long", self._lost)
                self._lost = 0
            return True

    def _next(self) -> list[Read]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]

    def _write_on(self) -> None:
        pause = Event()  # nobody sets it
        while True:
            self._come.wait()
            pause.wait(SECONDS)
            self._come.clear()
            while not self.flush():
                pause.wait(AWAY_SECONDS)


def register(app: Flask, application: Application) -> None:
    """Hooks every answer; `app.config["READINGS"]` says when they are written."""
    usually = When.NEVER if app.config.get("TESTING") else When.BEHIND
    app.config.setdefault("READINGS", usually)
    app.extensions[EXTENSION] = Notebook(application)
    app.after_request(_note)


def _note(response: Response) -> Response:
    when = current_app.config["READINGS"]
    if when == When.NEVER:
        return response
    found = _read(response)
    if found:
        notebook: Notebook = current_app.extensions[EXTENSION]
        for one in found:
            notebook.put(one)
        if when == When.AT_ONCE:
            notebook.flush()
        else:
            notebook.write_behind()
    return response


def _read(response: Response) -> list[Read]:
    """What this request let its visitor read; nothing where it concerns no person.

    A view that tells of dossiers which its address does not name leaves their ids in `g.told_of`.
    """
    who, endpoint = scope.visitor(), request.endpoint
    if who is None or endpoint is None or request.method != "GET" or response.status_code != 200:
        return []
    if endpoint.partition(".")[0] in PLAIN_ROOMS:
        return []
    if (response.mimetype or "").startswith("image/"):
        if endpoint not in PICTURES:
            return []  # too small to be read
        endpoint = PICTURES[endpoint]
    asked = {name: value for name, value in (request.view_args or {}).items() if _is_id(value)}
    leaves = "Content-Disposition" in response.headers  # also what the browser shows itself
    through = next(((SUBJECTS[name], asked[name]) for name in SUBJECTS if name in asked), None)
    case_id, person_id = asked.get("case_id"), asked.get("person_id")
    number = next((asked[n] for n in (*SUBJECTS, "list_id") if n in asked and n != "task_id"), None)
    plainly = Read(who.user_id, scope.application().clock.now(), endpoint, requests.request_id())
    told = [replace(plainly, case_id=one) for one in g.get("told_of", ())]
    if through is None and case_id is None and person_id is None:
        if not leaves and "list_id" not in asked:
            return told
        number = g.get("rows_sent", number)
    own = replace(
        plainly,
        what=endpoint if number is None else f"{endpoint}|{number}",
        case_id=case_id,
        person_id=person_id,
        through=through if case_id is None else None,
        always=leaves,
    )
    return [own, *told]


def _is_id(value: object) -> bool:
    return isinstance(value, int)
