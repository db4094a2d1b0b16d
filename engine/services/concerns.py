"""Whose work a date is, and who answers for it."""

from __future__ import annotations

from engine.domain.addressees import Concern, Post
from engine.domain.ladder import Subject
from engine.persistence import escalations
from engine.persistence.people import units
from engine.services.act import Act
from engine.services.counters import filing_roles


def concern_of(act: Act, subject: Subject, row_id: int, unit_id: int, version_id: int) -> Concern:
    """Of a task, or of a case (`row_id` is its id then, `unit_id` the unit that received it).

    For a case answer who head the counter that received it, and who head its open work.
    """
    pieces = escalations.pieces_of(act.session, subject, row_id)
    heads_of = {post for piece in pieces for post in piece.posts}
    if subject is Subject.CASE:
        heads_of.add(_counter(act, version_id, unit_id))
    return Concern(pieces, frozenset(heads_of), unit_id)


def _counter(act: Act, version_id: int, unit_id: int) -> Post:
    """The post that files such cases, in the receiving unit."""
    roles = filing_roles(act.app.roles, act.version(version_id).drawing)
    kind = units(act.session)[unit_id].kind
    fitting = [role for role in roles if role.kind == kind] or roles
    if not fitting:
        raise LookupError(f"nobody files by version {version_id}")
    return fitting[0].id, unit_id
