"""Signing issued documents: first the person who is named, with their key, then the unit's seal."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.domain.access import Actor, Permission, allows, require
from engine.domain.clock import ZONE
from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.signatures import UNSIGNED
from engine.domain.states import DocumentState
from engine.persistence import cases, people
from engine.persistence import signing as shelves
from engine.persistence.signing import SignatureLine, Waiting
from engine.persistence.tables import CaseRow, DocumentRow, SignatureRow, SigningKeyRow, UserRow
from engine.services import documents, journalling, stamping
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.keys import signer

#: The seal and its key are kept by the văn thư (Nghị định 30/2020/NĐ-CP, Điều 32): so begin the
#: ids of their roles, whatever the authority.
CLERKS = "van-thu"

#: So begin the ids of roles whose holders sign.
LEADERS = "ld-"


@dataclass(frozen=True)
class Standing:
    """The signatures of one document, and what the actor may put on it now."""

    row: DocumentRow
    signatures: list[SignatureLine]
    signer: str  # whose signature it bears, or is to bear; "" where nobody is named
    may_sign: bool
    may_seal: bool


def sign(act: Act, document_id: int) -> SignatureRow:
    """The person's own signature, by themselves alone.

    Raises NotFound, NotPermitted, Conflict (signed or sealed already), Misuse (not issued, no
    certificate, one that has ended), SigningFailed; then nothing has changed.
    """
    work, row = _taken(act, document_id)
    if not _is_signer(act.actor, row):
        raise NotPermitted()
    put = _put(act, row)
    if any(line.of_unit for line in put):
        raise Conflict(say("Văn bản đã có chữ ký số của cơ quan, không ký thêm được nữa."))
    if put:
        raise Conflict(say("Văn bản này đã được ký số."))
    key = shelves.key_of_user(act.session, act.actor.user_id or 0, act.now)
    return _signed(act, work, row, _usable(act, key))


def seal(act: Act, document_id: int) -> SignatureRow:
    """The unit's signature, by the clerk who keeps its key, or by whoever issued the document.

    Raises as `sign` does; Misuse while the person who signs has not signed, but could.
    """
    work, row = _taken(act, document_id)
    if not _keeps_seal(act.actor, row):
        raise NotPermitted()
    put = _put(act, row)
    if any(line.of_unit for line in put):
        raise Conflict(say("Văn bản này đã có chữ ký số của cơ quan."))
    if not put and (missing := _could_sign(act, row, _Keys(act))):
        raise Misuse(
            say(
                "%(name)s chưa ký số văn bản này. Chữ ký của cơ quan được đặt sau chữ ký của "
                "người ký.",
                name=missing,
            )
        )
    return _signed(
        act, work, row, _usable(act, shelves.key_of_unit(act.session, row.unit_id, act.now))
    )


def standing(act: Act, document_id: int) -> Standing:
    """How one document stands. Raises NotFound unless the actor may see it."""
    row = act.session.get(DocumentRow, document_id)
    if row is None:
        raise NotFound()
    _refuse_unless_seen(act, row)
    put = shelves.signatures_of(act.session, [row.id]).get(row.id, [])
    return _standing(act, row, put, _Keys(act))


def of_case(act: Act, case_id: int) -> list[Standing]:
    """What was issued in a case whose page the actor may see, the latest first."""
    rows = shelves.issued_of_case(act.session, case_id)
    if not rows:
        return []
    put, keys = shelves.signatures_of(act.session, [row.id for row in rows]), _Keys(act)
    return [_standing(act, row, put.get(row.id, []), keys) for row in rows]


def waiting(act: Act) -> list[Waiting]:
    """What waits for the actor: their own signature first, then seals they keep.

    Only what was issued since their certificate began: before, papers were signed by hand.
    """
    user_id = act.actor.user_id
    if user_id is None:
        return []
    found: list[Waiting] = []
    key = shelves.key_of_user(act.session, user_id, act.now)
    if key is not None:
        units = act.actor.units
        found += shelves.waiting_for_person(act.session, user_id, units, key.starts_at)
    for unit_id in sorted(act.actor.units):
        seal_key = shelves.key_of_unit(act.session, unit_id, act.now)
        if seal_key is not None:
            only = None if _is_clerk(act.actor, unit_id) else user_id
            found += shelves.waiting_for_seal(
                act.session, unit_id, only, seal_key.starts_at, act.now
            )
    return found


def case_of(act: Act, row: DocumentRow) -> CaseRow | None:
    """The case of a document, where it is of one and the actor may see it."""
    if row.case_id is None:
        return None
    subject = cases.surroundings(act.session, row.case_id).subject
    if not allows(act.actor, Permission.CASE_VIEW, subject):
        return None
    return act.session.get_one(CaseRow, row.case_id)


def own_key(act: Act) -> SigningKeyRow | None:
    """The certificate with which the actor signs; None when there is none."""
    return shelves.key_of_user(act.session, act.actor.user_id or 0, act.now)


# --- who ----------------------------------------------------------------------------------------


def _is_signer(actor: Actor, row: DocumentRow) -> bool:
    """Whoever is to sign, as long as they hold a post in the unit whose document it is."""
    own = actor.user_id is not None and actor.user_id == _signer_of(row)
    return own and row.unit_id in actor.units


def _signer_of(row: DocumentRow) -> int | None:
    """Whoever is named; where nobody is (a receipt), whoever issued it."""
    return row.signer_id if row.signer_id is not None else row.issued_by_id


def _keeps_seal(actor: Actor, row: DocumentRow) -> bool:
    issued = row.issued_by_id is not None and row.issued_by_id == actor.user_id
    return row.unit_id in actor.units and (issued or _is_clerk(actor, row.unit_id))


def _is_clerk(actor: Actor, unit_id: int) -> bool:
    return any(post.unit_id == unit_id and post.role.startswith(CLERKS) for post in actor.posts)


@dataclass
class _Keys:
    """The certificates of an act, each looked up once."""

    act: Act
    users: dict[int, SigningKeyRow | None] = field(default_factory=dict)
    units: dict[int, SigningKeyRow | None] = field(default_factory=dict)

    def of_user(self, user_id: int) -> SigningKeyRow | None:
        if user_id not in self.users:
            found = shelves.key_of_user(self.act.session, user_id, self.act.now)
            self.users[user_id] = found
        return self.users[user_id]

    def of_unit(self, unit_id: int) -> SigningKeyRow | None:
        if unit_id not in self.units:
            found = shelves.key_of_unit(self.act.session, unit_id, self.act.now)
            self.units[unit_id] = found
        return self.units[unit_id]


def _could_sign(act: Act, row: DocumentRow, keys: _Keys) -> str:
    """The name of who is to sign, may still and has a certificate that holds; "" for nobody."""
    user_id = _signer_of(row)
    if user_id is None:
        return ""
    key = keys.of_user(user_id)
    if key is None or act.now >= key.ends_at:
        return ""
    if not people.works_in(act.session, user_id, row.unit_id, act.today):
        return ""
    return act.session.get_one(UserRow, user_id).full_name


def _refuse_unless_seen(act: Act, row: DocumentRow) -> None:
    if _is_signer(act.actor, row) or _keeps_seal(act.actor, row):
        return
    if row.case_id is not None:
        subject = cases.surroundings(act.session, row.case_id).subject
        require(act.actor, Permission.CASE_VIEW, subject)
    elif not allows(act.actor, Permission.BOOK_VIEW, row.unit_id):
        raise NotFound()


def _standing(act: Act, row: DocumentRow, put: list[SignatureLine], keys: _Keys) -> Standing:
    stands = row.state == DocumentState.ISSUED and row.pdf_sha256 is not None
    stands = stands and row.kind not in UNSIGNED
    sealed = any(line.of_unit for line in put)
    user_id = _signer_of(row)
    named = act.session.get(UserRow, user_id) if user_id is not None else None
    return Standing(
        row=row,
        signatures=put,
        signer=named.full_name if named else "",
        may_sign=stands
        and not put
        and _is_signer(act.actor, row)
        and keys.of_user(act.actor.user_id or 0) is not None,
        may_seal=stands
        and not sealed
        and _keeps_seal(act.actor, row)
        and keys.of_unit(row.unit_id) is not None
        and (bool(put) or not _could_sign(act, row, keys)),
    )


# --- how ----------------------------------------------------------------------------------------


def _taken(act: Act, document_id: int) -> tuple[Casework | None, DocumentRow]:
    """The document with its case, nobody else signing it meanwhile."""
    seen = act.session.get(DocumentRow, document_id)
    if seen is None:
        raise NotFound()
    work = None
    if seen.case_id is not None:
        work = open_case(act, cases.lock_case(act.session, seen.case_id))
    row = shelves.lock_document(act.session, document_id)
    if row is None:
        raise NotFound()
    _refuse_unless_seen(act, row)
    if row.state != DocumentState.ISSUED or row.pdf_sha256 is None:
        raise Misuse(
            say(
                "“%(title)s” chưa được ban hành, hoặc đã được thay thế, đã hủy. Chỉ ký số văn bản "
                "đang có hiệu lực.",
                title=row.title,
            )
        )
    if row.kind in UNSIGNED:
        raise Misuse(
            say("“%(title)s” không phải văn bản do cán bộ, cơ quan ký số.", title=row.title)
        )
    return work, row


def _put(act: Act, row: DocumentRow) -> list[SignatureLine]:
    return shelves.signatures_of(act.session, [row.id]).get(row.id, [])


def _usable(act: Act, key: SigningKeyRow | None) -> SigningKeyRow:
    """Raises Misuse for none, or one with which nobody can sign today, and what to do then."""
    if key is None:
        raise Misuse(say("Chưa có chứng thư số để ký. Hãy báo quản trị nạp chứng thư."))
    if act.now >= key.ends_at:
        raise Misuse(
            say(
                "Chứng thư của “%(subject)s” đã hết hạn ngày %(day)s nên không ký được. Hãy xin "
                "gia hạn hoặc cấp chứng thư mới, rồi báo quản trị nạp lại.",
                subject=key.subject,
                day=f"{key.ends_at.astimezone(ZONE):%d/%m/%Y}",
            )
        )
    if act.now < key.starts_at:
        raise Misuse(
            say(
                "Chứng thư của “%(subject)s” chỉ dùng được từ ngày %(day)s.",
                subject=key.subject,
                day=f"{key.starts_at.astimezone(ZONE):%d/%m/%Y}",
            )
        )
    return key


def _signed(act: Act, work: Casework | None, row: DocumentRow, key: SigningKeyRow) -> SignatureRow:
    """Everything that can fail comes before the first row is written."""
    before = row.pdf_sha256 or ""
    pdf = documents.pdf_of(act, row)
    stamp = stamping.stamp(act, row, pdf, key)
    signed = signer(act.app).sign(pdf, key.store, key.label, key.certificate, stamp, act.now)
    after = documents.keep(act, f"{row.kind}.pdf", signed)
    documents.replace_pdf(row, after)
    line = SignatureRow(
        document_id=row.id,
        key_id=key.id,
        at=act.now,
        by_id=act.actor.user_id,
        sha256=after,
        before_sha256=before,
    )
    act.session.add(line)
    act.session.flush()
    facts = {"title": row.title, "subject": key.subject, "document": row.id, "sha256": after}
    if work is None:
        journalling.note(act, Journalled.DOCUMENT_SEALED, **facts)
    else:
        work.note(Journalled.DOCUMENT_SEALED, **facts)
        work.write_journal()
    return line
