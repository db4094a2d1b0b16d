"""Sets a document: the template that a version pins, or the house's own, with the data given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from engine.domain.errors import Misuse, TemplateBroken
from engine.domain.messages import say
from engine.domain.signatures import Place
from engine.services.act import Application
from engine.services.templates import TEMPLATE, files_in, needed


@dataclass(frozen=True)
class Printed:
    """A document as it was set, and the hash of every template file it was set from."""

    pdf: bytes
    template_sha256: str


def render(
    app: Application,
    kind: str,
    data: Mapping[str, object],
    at: datetime,
    pinned: Mapping[str, bytes] | None = None,
) -> Printed:
    """The PDF of a kind of document (`bm-01`, `mau-83`) with its data (plain JSON), dated `at`.

    `pinned` are the template files of a case's version, by name; what they do not hold is taken
    from the house's folder. Raises TemplateLacks (names the missing field), TemplateBroken, Misuse
    where nothing can be printed.
    """
    if app.ports.printer is None:
        raise Misuse(say("Máy này không được cài đặt để in văn bản."))
    files = templates_of(app, kind, pinned)
    return Printed(app.ports.printer.pdf(kind + TEMPLATE, files, data, at), _digest(files))


def places(
    app: Application,
    kind: str,
    data: Mapping[str, object],
    label: str,
    template_sha256: str | None,
    pinned: Mapping[str, bytes] | None = None,
) -> Sequence[Place]:
    """Where a document set earlier has its places marked with `label`, in order.

    None of them once the templates have changed since: nobody knows then. Raises as `render`.
    """
    if app.ports.printer is None:
        raise Misuse(say("Máy này không được cài đặt để in văn bản."))
    files = templates_of(app, kind, pinned)
    if _digest(files) != template_sha256:
        return ()
    return app.ports.printer.places(kind + TEMPLATE, files, data, label)


def templates_of(
    app: Application, kind: str, pinned: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """The files from which a kind of document is set: what is pinned, else the house's own.

    Raises TemplateBroken where there is no template of that name.
    """
    files = needed(kind, {**files_in(app.print_dir), **(pinned or {})})
    if kind + TEMPLATE not in files:
        raise TemplateBroken(kind + TEMPLATE, "no such template")
    return {name: content for name, content in files.items() if name.endswith(TEMPLATE)}


def _digest(files: Mapping[str, bytes]) -> str:
    digest = sha256()
    for name, content in sorted(files.items()):
        digest.update(name.encode() + b"\0" + sha256(content).digest())
    return digest.hexdigest()
