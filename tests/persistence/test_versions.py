"""Versions pin their texts; the one in force on a day is found."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.persistence import versions
from engine.persistence.tables import PartRow, VersionRow
from engine.persistence.versions import VersionTexts
from tests.persistence.town import NOW, TODAY

TEXTS = VersionTexts(
    drawing="<bpmn name='Cấp đổi'/>".encode("utf-16"),
    called={"con": b"<called/>"},
    decisions={"bang": b"<dmn/>"},
    forms={"mau-16": '{"id":"Mẫu số 16"}', "mau-17": '{"id":"Mẫu số 16"}'},
    documents={"giay-hen": b"#let x = 1"},
)


def save(
    session: Session,
    texts: VersionTexts = TEXTS,
    effective_from: date | None = None,
    effective_to: date | None = None,
) -> VersionRow:
    return versions.save_version(
        session,
        "qt02",
        "Cấp đổi Bằng",
        texts,
        effective_from=effective_from,
        effective_to=effective_to,
        now=NOW,
        deployed_by="Phân tích",
        reason="Quyết định mới",
    )


def test_texts_come_back_byte_by_byte(session: Session) -> None:
    assert versions.version_texts(session, save(session).id) == TEXTS


def test_the_same_bytes_are_stored_once_and_known_again(session: Session) -> None:
    first = save(session)
    assert session.scalar(select(func.count()).select_from(PartRow)) == 5  # two forms are alike
    second = save(session, VersionTexts(TEXTS.drawing))
    assert session.scalar(select(func.count()).select_from(PartRow)) == 5
    assert (first.number, second.number) == (1, 2)
    assert versions.version_with(session, "qt02", TEXTS.digest("qt02")) is first
    assert versions.version_with(session, "qt03", TEXTS.digest("qt02")) is None


def test_the_digest_covers_every_part_and_its_name(session: Session) -> None:
    changed = [
        VersionTexts(b"other", TEXTS.called, TEXTS.decisions, TEXTS.forms, TEXTS.documents),
        VersionTexts(TEXTS.drawing, {}, TEXTS.decisions, TEXTS.forms, TEXTS.documents),
        VersionTexts(
            TEXTS.drawing, TEXTS.called, TEXTS.decisions, {"mau-16": "{}"}, TEXTS.documents
        ),
        VersionTexts(
            TEXTS.drawing, TEXTS.called, {"khac": b"<dmn/>"}, TEXTS.forms, TEXTS.documents
        ),
    ]
    assert len({texts.digest("qt02") for texts in (TEXTS, *changed)}) == 5


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (date(2025, 6, 30), None),
        (date(2025, 7, 1), 1),
        (date(2025, 12, 31), 1),
        (date(2026, 1, 1), 2),
        (date(2026, 1, 2), 3),
    ],
)
def test_the_version_of_the_day_of_receipt_is_in_force(
    session: Session, on: date, number: int | None
) -> None:
    save(session, TEXTS, date(2025, 7, 1), date(2026, 1, 1))
    save(session, VersionTexts(b"2"), date(2026, 1, 1))
    save(session, VersionTexts(b"3"), date(2026, 1, 2))
    found = versions.version_in_force(session, "qt02", on)
    assert (found and found.number) == number
    assert versions.version_in_force(session, "qt99", on) is None


def test_a_version_without_a_date_is_in_force_from_the_day_it_was_deployed(
    session: Session,
) -> None:
    version = save(session)
    assert versions.version_in_force(session, "qt02", TODAY) is version
    assert versions.version_in_force(session, "qt02", TODAY - timedelta(days=1)) is None


def test_procedures_show_their_latest_version(session: Session) -> None:
    first, second = save(session), save(session, VersionTexts(b"2"))
    assert versions.procedures(session) == [second]
    assert versions.versions(session, "qt02") == [second, first]
