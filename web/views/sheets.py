"""Forms on pages: reading what was posted, showing it again with what is wrong with it."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from engine.domain.errors import FormInvalid, Misuse, UnitChoiceNeeded
from engine.persistence import people
from engine.ports import Form, StoredFile, UploadedFile
from engine.services import uploading
from engine.services.act import Act
from engine.services.files import REFERENCE
from forms import describing, showing, submissions
from forms.compiling import CompiledForm
from web import scope
from web.presenting import sentence

#: Radio buttons that choose a unit are named `unit.<role>`.
UNIT = "unit."

#: As our pages write it; `²` is a digit to Python too.
_UNIT_ID = re.compile(r"[0-9]{1,9}")

#: What a page's script posts for a file that it has uploaded already: `{"upload": key, "name": …}`.
UPLOADED = frozenset({"upload", "name"})

#: The hidden field in which a page proves which files were kept for it.
KEPT = "_kept"


def posted(form: Form | None) -> dict[str, Any]:
    """The submission in this request, its uploads in memory: an act must allow it before storing.

    Files that an earlier refusal of this page kept are uploads again, when the page proves it; so
    are files that this user has uploaded piece by piece. What came along is scanned here, before
    any act holds a lock.
    """
    if form is None:
        return {}
    nested = submissions.from_request(cast(CompiledForm, form), request.form, request.files)
    proven = Proven(_proven(request.form.get(KEPT, "")), _uploaded(_keys(nested)))
    found = _uploads_again(nested, proven)
    _scan(found)
    return cast("dict[str, Any]", found)


def uploaded_file(name: str) -> UploadedFile | None:
    """The file of a page that is no form of a drawing: sent along, or uploaded piece by piece."""
    for text in request.form.getlist(name):
        keys = list(_keys([_loaded(text)]))
        for upload in _uploaded(keys).values():
            return upload
    sent = request.files.get(name)
    if sent is None or not sent.filename:
        return None
    upload = UploadedFile(submissions.basename(sent.filename), sent.read())
    _scan(upload)
    return upload


@dataclass(frozen=True)
class Proven:
    """Files that a post may refer to: kept for this page, or uploaded by this user."""

    digests: frozenset[str]
    uploads: Mapping[str, UploadedFile]  # by key


@dataclass(frozen=True)
class Kept:
    """A refused submission, its uploads stored, and the page's proof that they are its own."""

    values: dict[str, Any]
    proof: str


def keep(submission: Mapping[str, Any]) -> Kept:
    """Stores the uploads of a submission that its page shows again: nobody uploads twice.

    Only for who may do what the page is for.
    """
    digests: list[str] = []

    def store(upload: UploadedFile) -> StoredFile:
        stored = scope.application().ports.files.keep(upload)
        digests.append(stored.sha256)
        return stored

    values = submissions.with_stored_files(submission, store)
    return Kept(values, _signer().dumps(digests) if digests else "")


def kept_again(digest: str, filename: str) -> UploadedFile | None:
    """A file that an earlier refusal of this page kept, when the page proves it."""
    if digest not in _proven(request.form.get(KEPT, "")):
        return None
    return UploadedFile(filename, scope.application().ports.files.read(digest))


def _uploads_again(value: Any, proven: Proven) -> Any:
    if isinstance(value, Mapping):
        if value.keys() == UPLOADED:
            return proven.uploads.get(str(value["upload"]), value)
        if value.keys() != REFERENCE:
            return {name: _uploads_again(inner, proven) for name, inner in value.items()}
        digest = value["file"]
        if not isinstance(digest, str) or digest not in proven.digests:
            return value
        return UploadedFile(str(value["name"]), scope.application().ports.files.read(digest))
    if isinstance(value, list):
        return [_uploads_again(inner, proven) for inner in value]
    return value


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _keys(value: Any) -> Iterator[str]:
    """The keys of all uploads that a post refers to."""
    if isinstance(value, Mapping):
        if value.keys() == UPLOADED:
            yield str(value["upload"])
        else:
            yield from _keys(list(value.values()))
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _uploaded(keys: Iterable[str]) -> dict[str, UploadedFile]:
    wanted = frozenset(keys)
    if not wanted:
        return {}
    with scope.act() as act:
        return uploading.uploads(act, wanted)


def _scan(value: Any) -> None:
    """Scans what came along; a refusal is told by the act that keeps it. Raises ScannerDown."""
    if isinstance(value, UploadedFile):
        with contextlib.suppress(Misuse):
            scope.application().ports.files.check(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            _scan(inner)
    elif isinstance(value, list):
        for inner in value:
            _scan(inner)


def _proven(proof: str) -> frozenset[str]:
    """The files that this site kept for this user, as the page's proof says."""
    try:
        return frozenset(_signer().loads(proof))
    except BadSignature:
        return frozenset()


def _signer() -> URLSafeSerializer:
    who = scope.visitor()
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"], salt=f"kept-files-{who.user_id if who else 0}"
    )


def only_rows_change() -> bool:
    """Whether the post asks for another row of a list, and for nothing else."""
    return submissions.changes_rows(request.form)


def chosen_units() -> dict[str, int]:
    """Units chosen on the page: role id -> unit id."""
    return {
        name.removeprefix(UNIT): int(value)
        for name, value in request.form.items()
        if name.startswith(UNIT) and _UNIT_ID.fullmatch(value)
    }


def shown(
    form: Form | None,
    values: Mapping[str, object],
    known: Mapping[str, object],
    refused: FormInvalid | None = None,
) -> list[dict[str, Any]]:
    """The items of `templates/forms/form.html`; what is wrong with them is the first one."""
    if form is None:
        return []
    return describing.describe(
        cast(CompiledForm, form),
        values,
        refused.errors if refused else {},
        known,
        translate=sentence,
        upload_limit=scope.application().settings.max_upload,
    )


def asks_for_files(items: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the items of a form hold a field for files."""
    return any(
        item.get("kind") == "files"
        or asks_for_files(item.get("items", ()))
        or asks_for_files(item.get("blank", {}).get("items", ()))
        for item in items
    )


def answers(form: Form | None, data: Mapping[str, object] | None) -> list[dict[str, Any]]:
    """What was submitted, for reading."""
    return showing.answered(cast(CompiledForm, form), data) if form and data else []


def choice(act: Act, needed: UnitChoiceNeeded | None) -> dict[str, Any] | None:
    """The units to choose from, with what was chosen on this page before."""
    if needed is None:
        return None
    known = people.units(act.session)
    elsewhere = act.app.roles[needed.role].elsewhere is not None
    return {
        "role": needed.role,
        # the last of the units of another place stands for one that does not work here
        "recorder": needed.options[-1] if elsewhere and needed.options else None,
        "role_name": needed.role_name,
        "units": [known[unit_id] for unit_id in needed.options if unit_id in known],
        "before": {role: unit for role, unit in chosen_units().items() if role != needed.role},
    }
