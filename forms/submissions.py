"""Between an HTML form post and nested submissions: flat names like `than_nhan-0-ho_ten`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, Protocol, cast

from engine.domain.errors import Misuse
from engine.ports import StoredFile, UploadedFile
from forms import components as c
from forms.compiling import CompiledForm

#: Buttons of a list post these names; the value is the list's flat name, or a row's.
ADD_ROW, REMOVE_ROW = "_list_add", "_list_remove"


class Posted(Protocol):
    """The part of werkzeug's MultiDict that is needed."""

    def getlist(self, key: str, /) -> list[Any]: ...

    def __iter__(self) -> Iterator[str]: ...


class Upload(Protocol):
    """The part of werkzeug's FileStorage that is needed."""

    filename: str | None
    stream: IO[bytes]


def from_request(form: CompiledForm, posted: Posted, files: Posted) -> dict[str, Any]:
    """The nested submission in a form post, as typed: nothing is judged here.

    Names that neither the form nor the framework knows stay in it, for `validate` to report.
    Buttons that add or remove a row have been carried out (see `changes_rows`).
    """
    reader = _Reader(posted, files)
    submission = reader.level(form.definition.components, "")
    for name in (*posted, *files):
        if name not in reader.read and not _is_of_the_page(name):
            submission[name] = [str(value) for value in posted.getlist(name)]
    return submission


def changes_rows(posted: Posted) -> bool:
    """Whether the post only adds or removes a row: show the form again, complete nothing."""
    return bool(posted.getlist(ADD_ROW) or posted.getlist(REMOVE_ROW))


def _is_of_the_page(name: str) -> bool:
    """Names that are the page's own: keys of forms neither begin with `_` nor hold a point."""
    return name == "csrf_token" or name.startswith("_") or "." in name


class _Reader:
    """Reads one post, remembering which names it understood."""

    def __init__(self, posted: Posted, files: Posted) -> None:
        self.posted = posted
        self.files = files
        self.names = frozenset((*posted, *files))
        self.read: set[str] = set()

    def level(self, components: tuple[c.Component, ...], prefix: str) -> dict[str, Any]:
        return {
            place.name: self.value(place.component, prefix + place.name)
            for place in c.placed(components)
            if not (isinstance(place.component, c.Input) and place.component.fixed)
        }

    def value(self, component: c.Input | c.Group, name: str) -> Any:
        match component:
            case c.Group():
                return self.level(component.components, f"{name}-")
            case c.Rows():
                return self.rows(component, name)
            case c.Files():
                return self.attached(name)
            case c.Checkbox():
                return bool(self.take(name))
            case c.Checklist():
                return self.take(name)
            case c.Dossier():
                states = {
                    option.value: self.last(f"{name}-{option.value}")
                    for option in component.options
                }
                return {paper: state for paper, state in states.items() if state}
        return self.last(name)

    def take(self, name: str) -> list[str]:
        self.read.add(name)
        return [str(value) for value in self.posted.getlist(name)]

    def last(self, name: str) -> str | None:
        values = self.take(name)
        return values[-1] if values else None

    def rows(self, component: c.Rows, name: str) -> list[dict[str, Any]]:
        removed = self.posted.getlist(REMOVE_ROW)
        rows = [
            self.level(component.components, f"{name}-{index}-")
            for index in self.indexes(name)
            if f"{name}-{index}" not in removed
        ]
        if name in self.posted.getlist(ADD_ROW):
            rows.append({})
        return rows

    def indexes(self, name: str) -> list[int]:
        """The row numbers in use, which need not be gapless; one more than any list may have."""
        found = re.compile(rf"{re.escape(name)}-([0-9]{{1,5}})-")
        matches = (found.match(posted) for posted in self.names)
        return sorted({int(match[1]) for match in matches if match})[: c.ROWS_LIMIT + 1]

    def attached(self, name: str) -> list[Any]:
        """Files kept from before, posted back as JSON, then new ones."""
        kept = [_reference(text) for text in self.take(name)]
        uploads = cast("list[Upload]", self.files.getlist(name))
        return [
            *(item for item in kept if item),
            *(UploadedFile(basename(u.filename), u.stream.read()) for u in uploads if u.filename),
        ]


def _reference(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def basename(filename: str | None) -> str:
    """The bare name of an uploaded file; some browsers send a whole path."""
    return re.split(r"[/\\]", filename or "")[-1].strip()[-200:] or "tep"


def reference_to(stored: StoredFile) -> dict[str, object]:
    """A stored file as submissions and case data hold it."""
    return {
        "file": stored.sha256,
        "name": stored.filename,
        "size": stored.size,
        "type": stored.media_type,
    }


def with_stored_files(
    submission: Mapping[str, Any], keep: Callable[[UploadedFile], StoredFile]
) -> dict[str, Any]:
    """The submission with its uploads kept, so that drafts and rejected forms do not lose them.

    An upload that the store refuses leaves its sentence behind, for its field to show.
    """

    def stored(value: Any) -> Any:
        if isinstance(value, UploadedFile):
            try:
                return reference_to(keep(value))
            except Misuse as error:
                return {"refused": str(error.message), "name": value.filename}
        if isinstance(value, Mapping):
            return {name: stored(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [stored(inner) for inner in value]
        return value

    return {name: stored(value) for name, value in submission.items()}


__all__ = (
    "ADD_ROW",
    "REMOVE_ROW",
    "changes_rows",
    "from_request",
    "reference_to",
    "with_stored_files",
)
