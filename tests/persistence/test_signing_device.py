"""Signing with a PKCS#11 device: a real library (SoftHSM2), a token, a PIN that stays secret."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from engine.adapters.signing import Signing
from engine.domain.errors import Misuse, SigningFailed
from engine.domain.signatures import Verdict
from engine.services import keys, signing, verifying
from engine.services.keys import Owner
from engine.settings import Settings, SettingsRefused
from tests import softhsm
from tests.signed_papers import PASSPHRASE, content, letter, safe


@pytest.fixture(scope="session")
def token(tmp_path_factory):
    """The device of this test process, with the key of the commune's chairman on it."""
    reason = softhsm.no_softhsm()
    if reason:
        pytest.skip(reason)
    with softhsm.device(tmp_path_factory.mktemp("softhsm")) as device:
        yield device


def settings(town, token, **said):
    given = {
        "QUYTRINH_DATA_DIR": str(town.app.settings.data_dir),
        "QUYTRINH_SIGN_PKCS11": str(token.library),
        "QUYTRINH_SIGN_TOKEN": token.token,
        "QUYTRINH_SIGN_PIN": token.pin,
        **{f"QUYTRINH_{name}": value for name, value in said.items()},
    }
    return Settings.from_environment(given)


def plugged_in(town, token, **said):
    signer = Signing(settings(town, token, **said))
    town.app = replace(town.app, ports=replace(town.app.ports, signer=signer))


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_the_device_signs_with_the_key_of_a_label(kind, small_town, token):
    town, vault, label = small_town, safe(small_town), f"dung-{kind}"
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else None
    made = vault.authority.issue("Lê Văn Dũng", "UBND xã An Phú", PASSPHRASE, key=key)
    token.put(label, made, PASSPHRASE)
    plugged_in(town, token)
    with town.act("uyen") as act:
        assert label in [key.label for key in keys.on_device(act)]
        with pytest.raises(Misuse, match="khong-co"):
            keys.add_from_device(act, Owner(user_id=town.users["dung"]), "khong-co")
        row = keys.add_from_device(act, Owner(user_id=town.users["dung"]), label)
        assert (row.store, row.subject) == ("pkcs11", "Lê Văn Dũng")
    document_id = letter(town)
    with town.act("dung") as act:
        signing.sign(act, document_id)
    pdf = content(town, document_id)
    [found] = verifying.summary(town.app, pdf, town.clock.now()).found
    assert (found.verdict, found.subject) == (Verdict.VALID, "Lê Văn Dũng")
    assert list(town.app.settings.keys_dir.glob("*.p12")) == []  # the key never left the device


def test_what_is_wrong_with_the_device_is_said_without_its_pin(small_town, token, caplog):
    town = small_town
    for said, why in (
        ({"SIGN_PIN": "111222"}, "không nhận mã PIN"),
        ({"SIGN_TOKEN": "khong-cam"}, "kiểm tra thiết bị đã cắm"),
        ({"SIGN_PKCS11": str(Path(__file__))}, "kiểm tra thiết bị đã cắm"),
    ):
        plugged_in(town, token, **said)
        with pytest.raises(SigningFailed, match=why) as refused, town.act("uyen") as act:
            keys.on_device(act)
        told = f"{refused.value}{refused.value.__cause__}{caplog.text}"
        assert "111222" not in told
        assert token.pin not in told
    assert token.pin not in repr(settings(town, token))


def test_a_key_in_a_device_that_is_not_set_any_more_says_so(small_town, token):
    town, vault = small_town, safe(small_town)
    token.put("sau", vault.file("Lê Văn Dũng"), PASSPHRASE)
    plugged_in(town, token)
    with town.act("uyen") as act:
        keys.add_from_device(act, Owner(user_id=town.users["dung"]), "sau")
    document_id = letter(town)
    town.app = replace(town.app, ports=replace(town.app.ports, signer=Signing(town.app.settings)))
    with pytest.raises(SigningFailed, match="QUYTRINH_SIGN_PKCS11"), town.act("dung") as act:
        signing.sign(act, document_id)


@pytest.mark.parametrize("missing", ["SIGN_PKCS11", "SIGN_TOKEN", "SIGN_PIN"])
def test_half_a_device_is_refused_at_the_start(missing, small_town, token):
    with pytest.raises(SettingsRefused, match=f"QUYTRINH_{missing} phải được đặt"):
        settings(small_town, token, **{missing: ""})
