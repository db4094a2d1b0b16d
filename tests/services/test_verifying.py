"""What is to be thought of the signatures in a PDF: whole, trusted, ended, altered, hidden."""

from __future__ import annotations

import random
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from engine.domain.signatures import Verdict
from engine.services import signing, verifying
from tests.factories import MONDAY
from tests.signed_papers import A_DAY, content, letter, safe


@pytest.fixture
def vault(small_town):
    return safe(small_town)


def sign(town, who, document_id):
    with town.act(who) as act:
        return signing.sign(act, document_id).id


def looked_at(town, pdf):
    return verifying.summary(town.app, pdf, town.clock.now())


def test_verdicts_on_signatures(vault, small_town):
    town = small_town
    vault.give(user="dung", ends=MONDAY + 10 * A_DAY)
    document_id = letter(town)
    unsigned = content(town, document_id)
    assert looked_at(town, unsigned).found == ()
    assert looked_at(town, unsigned).verdict is None
    sign(town, "dung", document_id)
    pdf = content(town, document_id)
    assert looked_at(town, pdf).verdict is Verdict.VALID
    town.clock.move_to(MONDAY + timedelta(days=400))
    assert looked_at(town, pdf).verdict is Verdict.ENDED
    place = pdf.index(b"/MediaBox")
    altered = pdf[:place] + b"/MediaBoX" + pdf[place + 9 :]
    assert looked_at(town, altered).verdict is Verdict.ALTERED
    [root] = town.app.settings.keys_dir.glob("*.pem")
    root.unlink()
    assert looked_at(town, pdf).verdict is Verdict.UNTRUSTED


def test_a_signature_that_was_hidden_is_not_taken_for_none(vault, small_town):
    town = small_town
    vault.give(user="dung")
    document_id = letter(town)
    sign(town, "dung", document_id)
    hidden = content(town, document_id).replace(b"/AcroForm", b"/AcroFoxm")
    [found] = looked_at(town, hidden).found
    assert found.verdict is Verdict.UNKNOWN


def test_what_was_added_after_signing_is_found(vault, small_town):
    town = small_town
    vault.give(user="dung")
    document_id = letter(town)
    sign(town, "dung", document_id)
    writer = IncrementalPdfFileWriter(BytesIO(content(town, document_id)))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/MediaBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 300)))
    writer.update_container(page)
    later = BytesIO()
    writer.write(later)
    [found] = looked_at(town, later.getvalue()).found
    assert found.verdict is Verdict.ALTERED
    assert not found.whole


def test_files_that_cannot_be_looked_at_say_why(small_town):
    town = small_town
    plain = content(town, letter(town))
    with pikepdf.open(BytesIO(plain)) as pdf:
        locked = BytesIO()
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    for pdf, why in (
        (b"", "rỗng"),
        (b"PK\x03\x04 docx", "không phải tệp PDF"),
        (b"%PDF-1.7\n/ByteRange", "bị hỏng"),
        (plain[: len(plain) // 2] + b"/ByteRange", "bị hỏng"),
        (locked.getvalue(), "mật khẩu"),
        (b"%PDF-1.7" + b"0" * 21 * 2**20, "quá lớn"),
    ):
        assert why in str(looked_at(town, pdf).problem), (pdf[:40], looked_at(town, pdf))


def test_broken_bytes_never_break_the_reader(vault, small_town):
    town = small_town
    vault.give(user="dung")
    document_id = letter(town)
    sign(town, "dung", document_id)
    pdf, dice = content(town, document_id), random.Random(7)  # noqa: S311
    for _ in range(60):
        spoilt = bytearray(pdf)
        for _ in range(dice.choice((1, 3, 40))):
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
        if dice.random() < 0.2:
            spoilt = spoilt[: dice.randrange(len(spoilt))]
        seen = looked_at(town, bytes(spoilt))
        assert seen.problem or seen.verdict is not Verdict.VALID or bytes(spoilt) == pdf


@pytest.mark.parametrize("shape", ["fan", "circle", "crowd"])
def test_a_form_that_would_be_gone_through_for_ever_is_refused(small_town, shape):
    """Two thousand bytes of branches that each name the next one twenty times over."""
    made = pikepdf.new()
    made.add_blank_page()
    leaf = made.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="a"))
    fields = [leaf] * 10_000
    if shape == "fan":
        for _ in range(9):
            leaf = made.make_indirect(pikepdf.Dictionary(T="a", Kids=[leaf] * 20))
        fields = [leaf]
    if shape == "circle":
        leaf.Kids = pikepdf.Array([leaf])
        fields = [leaf]
    made.Root.AcroForm = pikepdf.Dictionary(Fields=fields)
    target = BytesIO()
    made.save(target)
    seen = verifying.summary(
        small_town.app, target.getvalue() + b"%/ByteRange\n", small_town.clock.now()
    )
    assert "quá nhiều ô biểu mẫu" in str(seen.problem)


def test_the_same_file_is_looked_through_once_a_day(vault, small_town):
    town = small_town
    vault.give(user="dung")
    document_id = letter(town)
    sign(town, "dung", document_id)
    pdf = content(town, document_id)
    first = looked_at(town, pdf).found
    assert looked_at(town, pdf).found is first
    town.clock.move_to(MONDAY + A_DAY)
    assert looked_at(town, pdf).found is not first
