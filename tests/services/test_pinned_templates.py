"""Templates are pinned by the version whose drawing names them, with what they import."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from engine.bootstrap import PRINT_DIR
from engine.domain.errors import (
    DrawingRefused,
)
from engine.persistence.tables import (
    DocumentRow,
    VersionPartRow,
    VersionRow,
)
from engine.persistence.versions import version_texts
from engine.services import deploying
from engine.services.documents import kinds, viewing
from engine.services.templates import needed
from tests.factories import QT02, QT02_FILE, World
from tests.papers import text_of
from tests.services.papers import (
    letter,
)
from tests.services.test_walks import DAMAGED


def test_a_version_pins_the_templates_it_names_and_what_they_import(small_town: World) -> None:
    town = small_town
    with town.act(write=False) as act:
        names = set(version_texts(act.session, 1).documents)
    assert {"bm-01.typ", "khung.typ", "to-trinh.typ", "to-trinh.docx", "mau-16.typ"} <= names
    assert "bm-06.typ" not in names
    with town.act() as act:
        (same,) = deploying.deploy(act, [(QT02_FILE.name, QT02_FILE.read_bytes())], "Lại.")
    assert not same.new


def test_another_template_is_another_version(small_town: World, tmp_path) -> None:
    town = small_town
    for path in PRINT_DIR.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "bm-06.typ").write_text("khác")  # no drawing names it
    app = replace(town.app, print_dir=tmp_path)
    with app.act(None) as act:
        (same,) = deploying.deploy(act, [(QT02_FILE.name, QT02_FILE.read_bytes())], "Lại.")
        assert not same.new
    khung = tmp_path / "khung.typ"
    khung.write_bytes(khung.read_bytes() + b"\n// moi\n")
    with app.act(None) as act:
        (other,) = deploying.deploy(act, [(QT02_FILE.name, QT02_FILE.read_bytes())], "Mẫu mới.")
        assert other.new
        parts = act.session.scalars(
            select(VersionPartRow.name)
            .join(VersionRow, VersionRow.id == VersionPartRow.version_id)
            .where(VersionPartRow.kind == "document", VersionRow.procedure_key == QT02)
        )
        assert "khung.typ" in set(parts)


def test_templates_are_handed_in_with_the_drawing_that_names_them(small_town: World) -> None:
    town = small_town
    text = QT02_FILE.read_text(encoding="utf-8").replace("2025-07-01", "2026-03-02")
    drawn = text.replace('value="bien-ban-hop"', 'value="bien-ban-hop, to-trinh-rieng"')
    own = (
        (PRINT_DIR / "to-trinh.typ")
        .read_bytes()
        .replace(b"T\xe1\xbb\x9d tr", b"Phi\xe1\xba\xbfu tr")
    )
    files = [(QT02_FILE.name, drawn.encode()), ("mau/to-trinh-rieng.typ", own)]
    with town.act() as act:
        (done,) = deploying.deploy(act, files, "Mẫu riêng.")
        assert version_texts(act.session, done.version.id).documents["to-trinh-rieng.typ"] == own
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", **DAMAGED)
    town.do(case_id, "B6")
    town.pass_posting(case_id)
    town.do(case_id, "B6_ket_qua")
    row = letter(town, "hung", case_id, "to-trinh-rieng", "B7")
    with town.act(write=False) as act:
        page = viewing.page(act, row.id)
        assert page.pages == 1
        assert "PHIẾU TRÌNH" in text_of(viewing.pdf(act, act.session.get_one(DocumentRow, row.id)))


def test_a_drawing_that_names_no_template_is_refused_with_the_nearest(small_town: World) -> None:
    text = QT02_FILE.read_text(encoding="utf-8").replace(
        'value="bien-ban-hop"', 'value="bien-ban-hopp"'
    )
    with pytest.raises(DrawingRefused) as refused, small_town.act() as act:
        deploying.deploy(act, [(QT02_FILE.name, text.encode())], "Thử.")
    (finding,) = [f for f in refused.value.findings if f.rule == "unknown-document"]
    assert finding.element == "B7"
    assert "“bien-ban-hop”" in str(finding.remedy)


def test_templates_import_transitively_and_only_what_they_name() -> None:
    files = {
        "a.typ": b'#import "b.typ": *\n',
        "b.typ": b'#import "c.typ"\n',
        "c.typ": b"",
        "d.typ": b"",
        "a.docx": b"word",
    }
    assert set(needed("a", files)) == {"a.typ", "b.typ", "c.typ", "a.docx"}


def test_every_kind_of_the_house_has_a_template() -> None:
    there = {path.stem for path in PRINT_DIR.glob("*.typ")}
    assert set(kinds.KINDS) <= there
