"""Certificates, the signatures put with them, and what waits for one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from engine.domain.signatures import UNSIGNED
from engine.domain.states import DocumentState
from engine.persistence.tables import (
    CaseRow,
    DocumentRow,
    SignatureRow,
    SigningKeyRow,
    UnitRow,
    UserRow,
)

#: So many documents are listed at once.
LIST_LIMIT = 100


@dataclass(frozen=True)
class KeyLine:
    """A certificate in use, and whose it is."""

    row: SigningKeyRow
    owner: str
    of_unit: bool


def keys(session: Session) -> list[KeyLine]:
    """All certificates in use, units first, by name; the ones that end first come first."""
    rows = session.execute(
        select(SigningKeyRow, UserRow.full_name, UnitRow.name)
        .outerjoin(UserRow, UserRow.id == SigningKeyRow.user_id)
        .outerjoin(UnitRow, UnitRow.id == SigningKeyRow.unit_id)
        .where(SigningKeyRow.removed_at.is_(None))
        .order_by(SigningKeyRow.ends_at, SigningKeyRow.id)
    ).all()
    lines = [KeyLine(row, user or unit or "", unit is not None) for row, user, unit in rows]
    return sorted(lines, key=lambda line: (not line.of_unit, line.owner))


def key_of_user(session: Session, user_id: int, now: datetime) -> SigningKeyRow | None:
    """The certificate with which a person signs: of those in use the one that holds longest."""
    return _key(session, SigningKeyRow.user_id == user_id, now)


def key_of_unit(session: Session, unit_id: int, now: datetime) -> SigningKeyRow | None:
    """The certificate with which a unit signs."""
    return _key(session, SigningKeyRow.unit_id == unit_id, now)


def _key(session: Session, whose: ColumnElement[bool], now: datetime) -> SigningKeyRow | None:
    """One that has begun before one that has not; ended ones too, to say so."""
    found = session.scalars(
        select(SigningKeyRow)
        .where(whose, SigningKeyRow.removed_at.is_(None))
        .order_by(
            (SigningKeyRow.starts_at > now).asc(),
            SigningKeyRow.ends_at.desc(),
            SigningKeyRow.id.desc(),
        )
        .limit(1)
    )
    return found.one_or_none()


def key_in_use(session: Session, label: str, store: str) -> SigningKeyRow | None:
    """A certificate in use with a label in its store."""
    return session.scalars(
        select(SigningKeyRow)
        .where(
            SigningKeyRow.label == label,
            SigningKeyRow.store == store,
            SigningKeyRow.removed_at.is_(None),
        )
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True)
class SignatureLine:
    """A signature put on a document: with whose certificate, by whom."""

    at: datetime
    subject: str
    of_unit: bool
    user_id: int | None  # the certificate's owner
    by: str | None


def signatures_of(
    session: Session, document_ids: Collection[int]
) -> dict[int, list[SignatureLine]]:
    """The signatures on documents, in order, by the document's id."""
    rows = session.execute(
        select(
            SignatureRow.document_id,
            SignatureRow.at,
            SigningKeyRow.subject,
            SigningKeyRow.unit_id,
            SigningKeyRow.user_id,
            UserRow.full_name,
        )
        .join(SigningKeyRow, SigningKeyRow.id == SignatureRow.key_id)
        .outerjoin(UserRow, UserRow.id == SignatureRow.by_id)
        .where(SignatureRow.document_id.in_(sorted(document_ids)))
        .order_by(SignatureRow.id)
    )
    found: dict[int, list[SignatureLine]] = {}
    for document_id, at, subject, unit_id, user_id, by in rows:
        line = SignatureLine(at, subject, unit_id is not None, user_id, by)
        found.setdefault(document_id, []).append(line)
    return found


def lock_document(session: Session, document_id: int) -> DocumentRow | None:
    """A document as it is now, nobody else signing it until the transaction ends."""
    return session.scalars(
        select(DocumentRow)
        .where(DocumentRow.id == document_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def issued_of_case(session: Session, case_id: int) -> Sequence[DocumentRow]:
    """What was issued in a case and stands, the latest first."""
    return session.scalars(
        select(DocumentRow)
        .where(DocumentRow.case_id == case_id, DocumentRow.state == DocumentState.ISSUED)
        .order_by(DocumentRow.issued_at.desc(), DocumentRow.id.desc())
    ).all()


@dataclass(frozen=True)
class Waiting:
    """A document that waits for a signature."""

    document_id: int
    title: str
    sign: str
    issued_at: datetime | None
    unit: str
    case_id: int | None
    case_code: str | None
    seal: bool  # for the unit's, not a person's


def waiting_for_person(
    session: Session, user_id: int, unit_ids: Collection[int], since: datetime
) -> list[Waiting]:
    """Issued since then, to be signed by the user: named, or, where nobody is, who issued it there.

    Nobody signs beneath a seal: what the unit has signed already does not wait.
    """
    mine = or_(
        DocumentRow.signer_id == user_id,
        and_(
            DocumentRow.signer_id.is_(None),
            DocumentRow.issued_by_id == user_id,
            DocumentRow.unit_id.in_(sorted(unit_ids)),
        ),
    )
    return _waiting(session, since, mine, ~_signed(), seal=False)


def waiting_for_seal(
    session: Session, unit_id: int, issuer_id: int | None, since: datetime, now: datetime
) -> list[Waiting]:
    """Issued since then by a unit, and signed by whoever signs it, if they can; not yet sealed.

    `issuer_id`: only what this user has issued.
    """
    can_sign = exists().where(
        SigningKeyRow.user_id == func.coalesce(DocumentRow.signer_id, DocumentRow.issued_by_id),
        SigningKeyRow.removed_at.is_(None),
        SigningKeyRow.ends_at > now,
    )
    wanted = and_(
        DocumentRow.unit_id == unit_id,
        ~_signed(SigningKeyRow.unit_id.is_not(None)),
        or_(~can_sign, _signed(SigningKeyRow.user_id.is_not(None))),
    )
    if issuer_id is not None:
        wanted = and_(wanted, DocumentRow.issued_by_id == issuer_id)
    return _waiting(session, since, wanted, seal=True)


def _signed(whose: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """Whether a document bears a signature (of a person, or of a unit)."""
    wanted = [SignatureRow.document_id == DocumentRow.id]
    if whose is not None:
        wanted += [SigningKeyRow.id == SignatureRow.key_id, whose]
        return exists(SignatureRow.id).where(*wanted)
    return exists(SignatureRow.id).where(*wanted)


def _waiting(
    session: Session, since: datetime, *wanted: ColumnElement[bool], seal: bool
) -> list[Waiting]:
    rows = session.execute(
        select(
            DocumentRow.id,
            DocumentRow.title,
            DocumentRow.sign,
            DocumentRow.issued_at,
            UnitRow.name,
            DocumentRow.case_id,
            CaseRow.code,
        )
        .join(UnitRow, UnitRow.id == DocumentRow.unit_id)
        .outerjoin(CaseRow, CaseRow.id == DocumentRow.case_id)
        .where(
            DocumentRow.state == DocumentState.ISSUED,
            DocumentRow.pdf_sha256.is_not(None),
            DocumentRow.kind.not_in(sorted(UNSIGNED)),
            DocumentRow.issued_at >= since,
            *wanted,
        )
        .order_by(DocumentRow.issued_at, DocumentRow.id)
        .limit(LIST_LIMIT)
    )
    return [Waiting(*row, seal) for row in rows]
