"""The demo's leaders and offices can sign from the first start on; only the demo trusts them."""

from __future__ import annotations

from dataclasses import replace

from engine.adapters.signing import Signatures
from engine.domain.signatures import Place, Stamp, Verdict
from engine.persistence import signing as shelves
from engine.services import calendars, organising
from engine.services.accounts import add_user
from engine.services.demo import cast, certificates
from engine.services.verifying import summary
from engine.settings import Mode, Settings
from tests import factories


def peopled(app):
    """The demo's units and people, without their dossiers."""
    with app.act(None) as act:
        calendars.seed(act)
        units = {}
        for place in cast.PLACES:
            parent = units.get(place.parent)
            units[place.code] = organising.add_unit(
                act, place.code, place.name, place.kind, parent.id if parent else None
            )
        for person in cast.PEOPLE:
            add_user(act, person.username, person.name, cast.PASSWORD, demo=True)


def test_leaders_and_offices_get_certificates_once(sqlite, tmp_path):
    app = factories.application(sqlite, tmp_path)
    peopled(app)
    leaders = [one for one in cast.PEOPLE if one.role.startswith("ld-")]
    assert certificates.give(app) == len(leaders) + len({one.unit for one in leaders})
    assert certificates.give(app) == 0
    with app.act(None, write=False) as act:
        lines = shelves.keys(act.session)
    assert {line.owner for line in lines if not line.of_unit} == {one.name for one in leaders}
    assert all(line.row.ends_at > app.clock.now() for line in lines)
    assert "PRIVATE" not in (app.settings.keys_dir / "demo-root.pem").read_text()


def test_production_does_not_trust_the_demo_authority(sqlite, tmp_path):
    app = factories.application(sqlite, tmp_path)
    peopled(app)
    certificates.give(app)
    with app.act(None, write=False) as act:
        key = shelves.keys(act.session)[0].row
    printed = app.ports.printer.pdf("main.typ", {"main.typ": b"x"}, {}, app.clock.now())
    signed = app.ports.signer.sign(
        printed,
        key.store,
        key.label,
        key.certificate,
        Stamp(Place(1, 9, 9, 99, 33), printed),
        app.clock.now(),
    )
    assert summary(app, signed, app.clock.now()).verdict is Verdict.VALID
    production = Settings(mode=Mode.PRODUCTION, data_dir=app.settings.data_dir)
    real = replace(app, ports=replace(app.ports, signatures=Signatures(production)))
    assert summary(real, signed, app.clock.now()).verdict is Verdict.UNTRUSTED
