"""Certificates for the demo's leaders and offices, of an authority that only the demo trusts."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from engine.adapters.demo_authority import DemoAuthority
from engine.persistence import signing as shelves
from engine.persistence.tables import UnitRow, UserRow
from engine.services import keys
from engine.services.act import Application
from engine.services.demo import cast
from engine.services.keys import Owner
from engine.services.signing import LEADERS


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
    return given
