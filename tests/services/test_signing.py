"""Signing documents: the signer first, then the unit's seal; nothing half done; what PDFs bear."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from threading import Barrier

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

from engine.adapters.signing import Signing
from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted, SigningFailed
from engine.domain.journal import Act as Journalled
from engine.domain.signatures import Verdict
from engine.persistence.tables import DocumentRow, PostRow, SignatureRow, SigningKeyRow
from engine.services import keys, posts, signing, verifying
from engine.services.keys import Owner
from engine.settings import Settings
from tests.factories import MONDAY
from tests.signed_papers import A_DAY, PASSPHRASE, content, document, letter, safe


@pytest.fixture
def vault(small_town):
    return safe(small_town)


def sign(town, who, document_id):
    with town.act(who) as act:
        return signing.sign(act, document_id).id


def seal(town, who, document_id):
    with town.act(who) as act:
        return signing.seal(act, document_id).id


def looked_at(town, pdf):
    return verifying.summary(town.app, pdf, town.clock.now())


def signatures(town):
    with town.act(write=False) as act:
        return act.session.scalars(select(SignatureRow).order_by(SignatureRow.id)).all()


def test_the_signer_signs_and_the_clerk_seals_each_as_an_update_of_what_was_signed(town):
    vault = safe(town)
    vault.give(user="dung")
    vault.give(unit="ap")
    case_id = town.file()
    town.do(case_id, "B1b")
    town.walk(case_id, "B2", "B3", "B4", "B5")
    document_id = letter(town, case_id)
    issued = content(town, document_id)
    town.at("2026-03-02 14:15")
    sign(town, "dung", document_id)
    once = content(town, document_id)
    town.at("2026-03-02 14:30")
    seal(town, "giang", document_id)
    twice = content(town, document_id)
    assert once.startswith(issued)
    assert twice.startswith(once)
    first, second = looked_at(town, twice).found
    assert (first.verdict, second.verdict) == (Verdict.VALID, Verdict.VALID)
    assert (first.subject, second.subject) == ("Dung", "Ủy ban nhân dân xã An Phú")
    assert f"{first.at:%Y-%m-%d %H:%M:%S}" == "2026-03-02 07:15:00"  # UTC: the act's own moment
    assert (first.whole, first.added_to) == (False, True)
    assert (second.whole, second.added_to) == (True, False)
    lines = signatures(town)
    assert [line.before_sha256 for line in lines] == [
        digest_of(issued),
        digest_of(once),
    ]
    assert lines[-1].sha256 == document(town, document_id).pdf_sha256
    assert town.acts(case_id)[-2:] == [Journalled.DOCUMENT_SEALED] * 2


def digest_of(content):
    return sha256(content).hexdigest()


def test_pressed_twice_at_the_same_moment_it_is_signed_once(town):
    safe(town).give(user="dung")
    document_id = letter(town)
    start = Barrier(2)

    def press(_):
        start.wait()
        try:
            return bool(sign(town, "dung", document_id))
        except Conflict:
            return False

    with ThreadPoolExecutor(2) as workers:
        assert sorted(workers.map(press, range(2))) == [False, True]
    assert len(looked_at(town, content(town, document_id)).found) == 1
    assert len(signatures(town)) == 1


def test_who_has_left_the_unit_neither_signs_nor_reads_nor_holds_up_the_seal(vault, small_town):
    town = small_town
    vault.give(user="dung")
    vault.give(unit="ap")
    document_id = letter(town, town.file())
    with town.act("uyen") as act:
        held = act.session.scalars(select(PostRow).where(PostRow.user_id == town.users["dung"]))
        for post in list(held):
            posts.end(act, post.id, act.today)
    with pytest.raises(NotFound):
        sign(town, "dung", document_id)
    with pytest.raises(NotFound), town.act("dung", write=False) as act:
        signing.standing(act, document_id)
    seal(town, "giang", document_id)


def test_only_the_named_signer_signs_and_only_the_keeper_of_the_seal_seals(vault, small_town):
    town = small_town
    vault.give(user="dung")
    vault.give(user="binh")
    vault.give(unit="ap")
    document_id = letter(town)
    for who in ("binh", "cuong", "giang"):
        with pytest.raises(NotPermitted):
            sign(town, who, document_id)
    for who in ("quan", "tam", "lan"):
        with pytest.raises(NotFound):
            sign(town, who, document_id)
    with pytest.raises(Misuse, match="Dung chưa ký số"):
        seal(town, "giang", document_id)
    sign(town, "dung", document_id)
    for who in ("dung", "binh"):
        with pytest.raises(NotPermitted):
            seal(town, who, document_id)
    seal(town, "giang", document_id)
    with pytest.raises(Conflict):
        seal(town, "giang", document_id)
    with pytest.raises(Conflict):
        sign(town, "dung", document_id)
    assert len(signatures(town)) == 2


def test_where_the_signer_has_no_certificate_the_unit_seals_what_was_approved(vault, small_town):
    vault.give(unit="ap")
    document_id = letter(small_town)
    with pytest.raises(Misuse, match="Chưa có chứng thư số"):
        sign(small_town, "dung", document_id)
    seal(small_town, "giang", document_id)
    vault.give(user="dung")
    with pytest.raises(Conflict, match="không ký thêm"):
        sign(small_town, "dung", document_id)


def test_where_nobody_is_named_whoever_issued_it_signs(vault, small_town):
    town = small_town
    vault.give(user="dung")
    vault.give(user="giang")
    vault.give(unit="ap")
    document_id = letter(town, signer=None)  # issued by giang, as a receipt is
    with town.act("dung", write=False) as act:
        assert signing.waiting(act) == []
    with town.act("giang", write=False) as act:
        assert [(one.document_id, one.seal) for one in signing.waiting(act)] == [
            (document_id, False)
        ]
    with pytest.raises(NotPermitted):
        sign(town, "dung", document_id)
    with pytest.raises(Misuse, match="Giang chưa ký số"):
        seal(town, "giang", document_id)
    sign(town, "giang", document_id)
    seal(town, "giang", document_id)


def test_a_certificate_that_has_ended_signs_nothing_and_says_what_to_do(vault, small_town):
    town = small_town
    vault.give(user="dung", ends=MONDAY + 3 * A_DAY)
    document_id = letter(town)
    before = document(town, document_id).pdf_sha256
    town.at("2026-03-06 09:00")
    with pytest.raises(Misuse, match=r"hết hạn ngày 05/03/2026 .* cấp chứng thư mới"):
        sign(town, "dung", document_id)
    assert document(town, document_id).pdf_sha256 == before
    assert signatures(town) == []
    with town.act("dung", write=False) as act:
        assert signing.standing(act, document_id).may_sign  # the page says why when it is pressed


def test_what_is_no_issued_document_is_not_signed(vault, small_town):
    vault.give(user="dung")
    draft = letter(small_town, issue=False)
    with pytest.raises(Misuse, match="chưa được ban hành"):
        sign(small_town, "dung", draft)
    with pytest.raises(NotFound):
        sign(small_town, "dung", 999)


def test_the_applicants_own_form_waits_for_no_officer(vault, small_town):
    town = small_town
    vault.give(user="dung")
    vault.give(unit="ap")
    document_id = letter(town)
    with town.act() as act:
        act.session.get_one(DocumentRow, document_id).kind = "mau-16"
    with town.act("dung", write=False) as act:
        assert signing.waiting(act) == []
        assert not signing.standing(act, document_id).may_sign
    with pytest.raises(Misuse, match="không phải văn bản do cán bộ"):
        sign(town, "dung", document_id)


def test_a_signature_that_fails_leaves_the_document_as_it_was(vault, small_town):
    town = small_town
    row = vault.give(user="dung")
    document_id = letter(town)
    before = document(town, document_id).pdf_sha256
    town.app.ports.signer.forget(row.label)
    with pytest.raises(SigningFailed, match="nạp lại"):
        sign(town, "dung", document_id)
    assert document(town, document_id).pdf_sha256 == before
    assert signatures(town) == []
    assert looked_at(town, content(town, document_id)).found == ()


def test_keys_do_not_open_under_another_secret(vault, small_town):
    town = small_town
    vault.give(user="dung")
    document_id = letter(town)
    moved = Signing(Settings(data_dir=town.app.settings.data_dir, secret_key="x" * 40))
    town.app = replace(town.app, ports=replace(town.app.ports, signer=moved))
    with pytest.raises(SigningFailed, match="QUYTRINH_SECRET_KEY"):
        sign(town, "dung", document_id)


def test_what_waits_for_whom(vault, small_town):
    town = small_town
    old = letter(town)

    def waiting(who):
        with town.act(who, write=False) as act:
            return [(one.document_id, one.seal) for one in signing.waiting(act)]

    assert waiting("dung") == []  # no certificate: papers are signed by hand
    vault.give(user="dung")
    vault.give(unit="ap")
    assert waiting("dung") == [(old, False)]
    assert waiting("giang") == []
    sign(town, "dung", old)
    assert (waiting("dung"), waiting("giang")) == ([], [(old, True)])
    assert waiting("binh") == []
    seal(town, "giang", old)
    assert waiting("giang") == []


def test_the_stamp_stands_in_the_box_of_the_template_or_in_the_empty_margin(vault, small_town):
    town = small_town
    vault.give(user="dung", name="Nguyễn Thị Hồng Ngọc Quỳnh Như")
    marked = letter(town)
    unmarked = letter(town)
    with town.act() as act:
        row = act.session.get_one(DocumentRow, unmarked)
        row.template_sha256 = "0" * 64  # the template has changed since
    places = []
    for document_id in (marked, unmarked):
        sign(town, "dung", document_id)
        places.append(rectangle(content(town, document_id)))
    (left, bottom, right, top), margin = places
    assert 300 < left < right < 560
    assert bottom > 300
    assert top - bottom == pytest.approx(33, abs=1)
    assert margin[3] < 57  # below everything that is printed


def rectangle(pdf):
    """Of the first signature, in points."""
    field = PdfFileReader(BytesIO(pdf)).embedded_signatures[0].sig_field
    return [float(edge) for edge in field["/Rect"]]


# --- keys ---------------------------------------------------------------------------------------


def test_certificates_are_entered_by_administrators_with_what_is_wrong_with_them(vault, small_town):
    town = small_town
    dung = Owner(user_id=town.users["dung"])
    good = vault.file("Lê Văn Dũng")

    def add(who, content, passphrase=PASSPHRASE, owner=dung):
        with town.act(who) as act:
            return keys.add_file(act, owner, content, passphrase).subject

    with pytest.raises(NotPermitted):
        add("dung", good)
    for content_, passphrase, why in (
        (good, "sai", "Mật khẩu của tệp PKCS#12 không đúng"),
        (b"khong phai", PASSPHRASE, "không phải tệp PKCS#12"),
        (b"", PASSPHRASE, "không phải tệp PKCS#12"),
        (good[:-40], PASSPHRASE, "không phải tệp PKCS#12"),
        (vault.file("Dũng", ends=MONDAY - A_DAY), PASSPHRASE, "đã hết hạn ngày 01/03/2026"),
        (not_for_signing(), PASSPHRASE, "không dùng để ký số"),
    ):
        with pytest.raises(Misuse, match=why):
            add("uyen", content_, passphrase)
    for nobody in (Owner(), Owner(user_id=99), Owner(town.users["dung"], town.units["ap"])):
        with pytest.raises(Misuse, match="một người hoặc một đơn vị"):
            add("uyen", good, owner=nobody)
    assert add("uyen", good) == "Lê Văn Dũng"
    with pytest.raises(Misuse, match="đã được nạp rồi"):
        add("uyen", good)
    with town.act(write=False) as act:
        assert [line.act for line in town.system_lines(act)][-1] == Journalled.KEY_ADDED
        assert PASSPHRASE not in str([line.facts for line in town.system_lines(act)])


def not_for_signing():
    """A certificate that may only encipher keys."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Máy chủ")])
    use = x509.KeyUsage(False, False, True, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(MONDAY - A_DAY)
        .not_valid_after(MONDAY + A_DAY)
        .add_extension(use, critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"x", key, certificate, None, BestAvailableEncryption(PASSPHRASE.encode())
    )


def test_a_key_goes_with_its_certificate_and_its_file_is_of_no_use_to_others(vault, small_town):
    town = small_town
    row = vault.give(user="dung")
    [file] = town.app.settings.keys_dir.glob("*.p12")
    assert file.stat().st_mode & 0o077 == 0
    assert PASSPHRASE.encode() not in file.read_bytes()
    with pytest.raises(Misuse, match="lý do"), town.act("uyen") as act:
        keys.remove(act, row.id, " ")
    keys.forget(town.app, row.label)
    assert file.exists()  # still in use
    with town.act("uyen") as act:
        keys.remove(act, row.id, "Chuyển công tác.")
    keys.forget(town.app, row.label)
    assert not file.exists()
    with town.act("uyen") as act:
        assert keys.listed(act) == []
        with pytest.raises(NotFound):
            keys.remove(act, row.id, "Lần nữa.")
    assert vault.give(user="dung").id != row.id


def test_removed_certificates_leave_what_they_signed(vault, small_town):
    town = small_town
    row = vault.give(user="dung")
    document_id = letter(town)
    sign(town, "dung", document_id)
    with town.act("uyen") as act:
        keys.remove(act, row.id, "Mất thẻ.")
    assert looked_at(town, content(town, document_id)).verdict is Verdict.VALID
    with town.act("dung", write=False) as act:
        assert [line.subject for line in signing.standing(act, document_id).signatures] == ["Dung"]
        assert act.session.get_one(SigningKeyRow, row.id).removed_at is not None
