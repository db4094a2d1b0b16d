"""Certificates for the demo's leaders and offices, of an authority that only the demo trusts.

With them the first letter of a commune is signed and sealed, so that signatures are there to see.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import select

from engine.adapters.demo_authority import DemoAuthority
from engine.domain.states import DocumentState
from engine.persistence import signing as shelves
from engine.persistence.tables import DocumentRow, UnitRow, UserRow
from engine.services import keys, signing
from engine.services.act import Application
from engine.services.demo import cast
from engine.services.keys import Owner
from engine.services.signing import LEADERS

LETTER = "to-trinh"


def give(app: Application) -> int:
    """Gives certificates where nobody has one yet; how many were given.

    The authority's own key is forgotten at once: nobody can issue more in its name.
    """
    with app.act(None, write=False) as act:
        if shelves.keys(act.session):
            return 0
    authority = DemoAuthority(app.clock.now())
    authority.publish(app.settings.keys_dir)
    names = {place.code: place.name for place in cast.PLACES}
    leaders = [one for one in cast.PEOPLE if one.role.startswith(LEADERS)]
    given = 0
    with app.act(None) as act:
        people = act.session.execute(select(UserRow.username, UserRow.id))
        offices = act.session.execute(select(UnitRow.code, UnitRow.id))
        users = {row.username: row.id for row in people}
        units = {row.code: row.id for row in offices}
        owners = [
            (Owner(user_id=users[one.username]), one.name, names[one.unit])
            for one in leaders
            if one.username in users
        ] + [
            (Owner(unit_id=units[code]), names[code], names[code])
            for code in sorted({one.unit for one in leaders})
            if code in units
        ]
        for owner, subject, organisation in owners:
            passphrase = secrets.token_hex(16)
            keys.add_file(
                act, owner, authority.issue(subject, organisation, passphrase), passphrase
            )
            given += 1
    _sign_first(app, units, users)
    return given


def _sign_first(app: Application, units: Mapping[str, int], users: Mapping[str, int]) -> None:
    """The first letter that An Phú issued: signed by who approved it, sealed by the clerk."""
    issued = select(DocumentRow.id).where(
        DocumentRow.unit_id == units["ap"],
        DocumentRow.kind == LETTER,
        DocumentRow.state == DocumentState.ISSUED,
    )
    with app.act(None, write=False) as act:
        first = act.session.scalars(issued.order_by(DocumentRow.id).limit(1)).first()
    if first is None:
        return
    with app.act(users["thanh.nd"]) as act:
        signing.sign(act, first)
    with app.act(users["huong.vt"]) as act:
        signing.seal(act, first)
