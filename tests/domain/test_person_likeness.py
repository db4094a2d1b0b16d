"""When two records are taken for one person, when somebody is asked, and what a record keeps."""

from __future__ import annotations

import unicodedata

import pytest

from engine.domain.folding import fold
from engine.domain.persons import (
    Facts,
    Why,
    completed,
    corrected,
    identity,
    is_variant,
    same_in_dossier,
    somebody_else,
    why_alike,
)

CARD, OTHER_CARD, OLD_CARD = "098158000001", "098158000002", "123456789"


def someone(name: str = "Trần Văn Bền", **more: str) -> Facts:
    return Facts(full_name=name, **more)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        # One number is one person, unless everything else says no.
        (someone(identity_number=CARD), someone(identity_number=CARD), Why.IDENTITY),
        (someone("Bền", identity_number=CARD), someone(identity_number=CARD), Why.IDENTITY),
        (
            someone("Lê Thị Hoa", identity_number=CARD, born="1960"),
            someone("Phạm Thị Nụ", identity_number=CARD, born="1960-02"),
            Why.IDENTITY,  # renamed, say: the year of birth agrees
        ),
        (someone("Lê Thị Hoa", identity_number=CARD), someone(identity_number=CARD), Why.NUMBER),
        # Nobody has two cards; an old CMND may have become a CCCD.
        (
            someone(born="1948", identity_number=CARD),
            someone(born="1948", identity_number=OTHER_CARD),
            None,
        ),
        (
            someone(born="1948", identity_number=CARD),
            someone(born="1948", identity_number=OLD_CARD),
            Why.BIRTH,
        ),
        # A name alone proves nothing; with a year it is worth a look.
        (someone(), someone(), None),
        (someone(born="1948"), someone(born="1948-05-12"), Why.BIRTH),
        (someone(born="1948"), someone(born="1949"), None),
        (someone(died="1972-05"), someone(died="1972"), Why.DEATH),
        (someone(died="1972", born="1948"), someone(died="1972", born="1950"), None),
        (someone(died="1972", born="1948"), someone(died="1972"), Why.DEATH),
        (someone(died="1972"), someone(died="1975"), None),
        (
            someone(home_then="xã An Phú, tỉnh Hà Nam Ninh"),
            someone(home_then="Xã An Phú,  tỉnh Hà Nam Ninh"),
            Why.HOME,
        ),
        (someone("Trần Văn Bốn", born="1948"), someone(born="1948"), None),
    ],
)
def test_likeness(one: Facts, other: Facts, why: Why | None) -> None:
    assert why_alike(one, other) == why
    assert why_alike(other, one) == why


@pytest.mark.parametrize(
    "written",
    [
        "TRẦN VĂN BỀN",
        "tran van ben",
        "Trần  Văn\u00a0Bền",
        "Tran Văn Bền",
        unicodedata.normalize("NFD", "Trần Văn Bền"),
        "Trần Văn\u200b Bền",
    ],
)
def test_a_name_is_the_same_however_it_is_written(written: str) -> None:
    assert why_alike(someone(written, born="1948"), someone(born="1948")) is Why.BIRTH


def test_the_mark_stands_on_either_vowel() -> None:
    assert fold("Lê Thị Hòa") == fold("Lê Thị Hoà") == "le thi hoa"
    assert fold("Đỗ Đình ĐỨC") == "do dinh duc"


def test_another_name_of_the_record_counts() -> None:
    record = someone("Nguyễn Văn Tư", born="1948")
    assert why_alike(someone(born="1948"), record) is None
    assert why_alike(someone(born="1948"), record, ["Trần Văn Bền"]) is Why.BIRTH


def test_the_applicant_is_a_relative_of_the_same_dossier() -> None:
    applicant = someone("Trần Thị Lành", born="1960-03", relation="Con đẻ", identity_number=CARD)
    assert same_in_dossier(someone("Trần Thị Lành", born="1960"), applicant)
    assert same_in_dossier(someone("TRẦN THỊ LÀNH", relation="con đẻ"), applicant)
    assert not same_in_dossier(someone("Trần Thị Lành", born="1965"), applicant)
    assert not same_in_dossier(someone("Trần Thị Lành", relation="Em ruột"), applicant)


def test_what_others_rely_on_is_completed_and_never_overwritten() -> None:
    record = someone(born="1948", home_then="An Phú")
    now = someone("Trần Văn Bên", born="1948-05-12", died="1972", home_then="Bình Minh", phone="1")
    assert completed(record, now) == {"born": "1948-05-12", "died": "1972", "phone": "1"}
    assert completed(someone(born="1948"), someone(born="1950")) == {}
    assert corrected(record, now) == {
        "full_name": "Trần Văn Bên",
        "born": "1948-05-12",
        "died": "1972",
        "home_then": "Bình Minh",
        "phone": "1",
    }
    assert corrected(record, someone()) == {}  # what is not written now stays


def test_another_spelling_is_noted_when_it_says_something() -> None:
    assert is_variant("Trần Văn Bến", ["Trần Văn Bền"])
    assert is_variant("Trần Bền", ["Trần Văn Bền"])
    assert not is_variant("TRẦN VĂN BỀN", ["Trần Văn Bền"])
    assert not is_variant("Tran Van Ben", ["Trần Văn Bền"])


def test_a_changed_name_is_a_correction_unless_a_year_or_a_number_says_no() -> None:
    assert not somebody_else(someone(born="1948"), someone("Trần Văn Bốn", born="1948"))
    assert not somebody_else(someone(born="1948"), someone(born="1950"))
    assert somebody_else(someone(born="1948"), someone("Lê Văn Tám", born="1950"))
    assert somebody_else(
        someone(identity_number=CARD), someone("Lê Văn Tám", identity_number=OTHER_CARD)
    )


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("098 158 000 001", CARD),
        ("098.158.000.001", CARD),
        ("123456789", "123456789"),
        ("12345", ""),
        ("09815800000a", ""),
    ],
)
def test_numbers_are_kept_as_digits(text: str, digits: str) -> None:
    assert identity(text) == digits
