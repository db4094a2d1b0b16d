"""Certificates of persons and units: entered, shown with their end, removed with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.access import Permission, require
from engine.domain.errors import Misuse, NotFound
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.signatures import Key, KeyStore
from engine.persistence import signing as shelves
from engine.persistence.signing import KeyLine
from engine.persistence.tables import SigningKeyRow, UnitRow, UserRow
from engine.ports import Signer
from engine.services import journalling
from engine.services.act import Act, Application
from engine.services.evidence import checked_reason

SUBJECT_LENGTH = 300


@dataclass(frozen=True)
class Owner:
    """Whose certificate it is: a person's or a unit's."""

    user_id: int | None = None
    unit_id: int | None = None


def listed(act: Act) -> list[KeyLine]:
    """All certificates in use."""
    require(act.actor, Permission.KEY_EDIT)
    return shelves.keys(act.session)


def add_file(act: Act, owner: Owner, content: bytes, passphrase: str) -> SigningKeyRow:
    """Enters the certificate of a PKCS#12 file and keeps its key, encrypted anew.

    Raises Misuse: a wrong passphrase, no such file, a certificate that has ended or is not meant
    for signatures, one that is in use already.
    """
    require(act.actor, Permission.KEY_EDIT)
    name = _named(act, owner)
    return _entered(act, owner, name, signer(act.app).keep(content, passphrase, act.now))


def add_from_device(act: Act, owner: Owner, label: str) -> SigningKeyRow:
    """Enters a certificate whose key lies in the device. Raises Misuse, SigningFailed."""
    require(act.actor, Permission.KEY_EDIT)
    name = _named(act, owner)
    found = next((key for key in signer(act.app).on_device() if key.label == label), None)
    if found is None:
        raise Misuse(
            say("Thiết bị ký không có chứng thư kèm khóa với nhãn “%(label)s”.", label=label)
        )
    _refuse_unless_usable(act, found)
    return _entered(act, owner, name, found)


def on_device(act: Act) -> Sequence[Key]:
    """What the device holds; nothing where there is none. Raises SigningFailed."""
    require(act.actor, Permission.KEY_EDIT)
    return signer(act.app).on_device()


def remove(act: Act, key_id: int, reason: str) -> SigningKeyRow:
    """Takes a certificate out of use; what was signed with it stays signed. Raises NotFound.

    The key itself goes afterwards (`forget`), once this is written for good.
    """
    require(act.actor, Permission.KEY_EDIT)
    row = act.session.get(SigningKeyRow, key_id)
    if row is None or row.removed_at is not None:
        raise NotFound()
    why = checked_reason(reason)
    row.removed_at = act.now
    owner = _named(act, Owner(row.user_id, row.unit_id))
    journalling.note(
        act, Journalled.KEY_REMOVED, owner=owner, reason=why, subject=row.subject, key=row.id
    )
    return row


def forget(app: Application, label: str) -> None:
    """Deletes a software key that no certificate in use needs any more."""
    with app.act(None, write=False) as act:
        needed = shelves.key_in_use(act.session, label, KeyStore.SOFTWARE)
    if needed is None:
        signer(app).forget(label)


def signer(app: Application) -> Signer:
    """Raises Misuse where nothing can be signed."""
    if app.ports.signer is None:
        raise Misuse(say("Máy này không được cài đặt để ký số."))
    return app.ports.signer


def _named(act: Act, owner: Owner) -> str:
    """What the owner is called. Raises Misuse unless it is one person or one unit."""
    if owner.user_id is not None and owner.unit_id is None:
        user = act.session.get(UserRow, owner.user_id)
        if user is not None:
            return user.full_name
    if owner.unit_id is not None and owner.user_id is None:
        unit = act.session.get(UnitRow, owner.unit_id)
        if unit is not None:
            return unit.name
    raise Misuse(say("Hãy chọn một người hoặc một đơn vị có chứng thư này."))


def _refuse_unless_usable(act: Act, key: Key) -> None:
    """Keys in software are looked at when they are kept; those of the device here."""
    certificate = key.certificate
    if not certificate.signs:
        raise Misuse(
            say("Chứng thư “%(subject)s” không dùng để ký số.", subject=certificate.subject)
        )
    if act.now >= certificate.ends_at:
        raise Misuse(
            say(
                "Chứng thư của “%(subject)s” đã hết hạn. Hãy xin cấp chứng thư mới.",
                subject=certificate.subject,
            )
        )


def _entered(act: Act, owner: Owner, name: str, key: Key) -> SigningKeyRow:
    if shelves.key_in_use(act.session, key.label, key.store) is not None:
        raise Misuse(
            say(
                "Chứng thư của “%(subject)s” đã được nạp rồi. Muốn giao cho người khác, hãy gỡ "
                "trước.",
                subject=key.certificate.subject,
            )
        )
    row = SigningKeyRow(
        user_id=owner.user_id,
        unit_id=owner.unit_id,
        store=key.store,
        label=key.label,
        certificate=key.certificate.pem,
        subject=key.certificate.subject[:SUBJECT_LENGTH],
        starts_at=key.certificate.starts_at,
        ends_at=key.certificate.ends_at,
        added_at=act.now,
        added_by_id=act.actor.user_id,
    )
    act.session.add(row)
    act.session.flush()
    journalling.note(
        act,
        Journalled.KEY_ADDED,
        owner=name,
        subject=row.subject,
        store=row.store,
        ends=row.ends_at.isoformat(),
        key=row.id,
    )
    return row
