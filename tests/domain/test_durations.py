"""Durations as analysts write them, and values by condition."""

from __future__ import annotations

import contextlib
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.durations import (
    Alternative,
    ByAppointment,
    Duration,
    SameAs,
    Since,
    Span,
    Unit,
    choose,
    number_text,
    parse_alternatives,
    parse_due,
    parse_duration,
)
from engine.domain.errors import BadDuration

EIGHT = Fraction(8)


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("2 ngày làm việc", "2", Unit.WORKING_DAY),
        ("02 ngày", "2", Unit.DAY),
        ("0,5 ngày làm việc", "1/2", Unit.WORKING_DAY),
        ("2.5 ngày làm việc", "5/2", Unit.WORKING_DAY),
        ("0,125 ngày làm việc", "1/8", Unit.WORKING_DAY),
        ("8 giờ làm việc", "8", Unit.WORKING_HOUR),
        ("  40   Ngày ", "40", Unit.DAY),
        ("3 tháng", "3", Unit.MONTH),
        ("1 năm", "1", Unit.YEAR),
        ("P40D", "40", Unit.DAY),
        ("p2w", "14", Unit.DAY),
        ("P3M", "3", Unit.MONTH),
    ],
)
def test_a_duration_is_read(text: str, amount: str, unit: Unit) -> None:
    assert parse_duration(text).spans == (Span(Fraction(amount), unit),)


def test_composed_and_decomposed_letters_say_the_same() -> None:
    text = "2 giờ làm việc"

    assert parse_duration(unicodedata.normalize("NFD", text)) == parse_duration(
        unicodedata.normalize("NFC", text)
    )


def test_a_mixed_duration_keeps_its_order() -> None:
    mixed = parse_duration("62 ngày + 10 ngày làm việc")

    assert [span.unit for span in mixed.spans] == [Unit.DAY, Unit.WORKING_DAY]
    assert str(mixed) == "62 ngày + 10 ngày làm việc"
    assert mixed.working_days(EIGHT) == 10
    assert mixed.calendar_days == 62


def test_years_months_and_days_of_iso_follow_one_another() -> None:
    duration = parse_duration("P1Y2M1W3D")

    assert str(duration) == "1 năm + 2 tháng + 10 ngày"
    assert duration.calendar_months == 14
    assert duration.calendar_days == 10
    assert duration.working_days(EIGHT) == 0


def test_working_hours_are_parts_of_working_days() -> None:
    assert parse_duration("1 ngày làm việc + 4 giờ làm việc").working_days(EIGHT) == Fraction(3, 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "không phải là thời hạn hợp lệ"),
        ("hai ngày", "không phải là thời hạn hợp lệ"),
        ("2", "không phải là thời hạn hợp lệ"),
        ("2 giờ", "8 giờ làm việc"),
        ("-2 ngày", "không phải là thời hạn hợp lệ"),
        ("2 ngày +", "không phải là thời hạn hợp lệ"),
        ("1-3 ngày", "không phải là thời hạn hợp lệ"),
        ("phải 2 ngày", "không phải là thời hạn hợp lệ"),
        ("²  ngày", "không phải là thời hạn hợp lệ"),
        ("0 ngày", "lớn hơn không"),
        ("P0D", "lớn hơn không"),
        ("10000 ngày", "quá dài"),
        ("1.000 ngày", "hàng nghìn"),
        ("1,5 tháng", "số nguyên"),
        ("PT8H", "giờ làm việc"),
        ("P1DT2H", "giờ làm việc"),
        ("P1,5D", "“P40D”"),
    ],
)
def test_what_is_no_duration_is_refused_with_a_remedy(text: str, sentence: str) -> None:
    with pytest.raises(BadDuration, match=sentence) as refused:
        parse_duration(text)

    assert f"“{text}”" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("theo giấy hẹn", ByAppointment()),
        (" Theo  giấy hẹn", ByAppointment()),
        ("cùng hạn S9", SameAs("S9")),
        ("Cùng hạn B6_cho", SameAs("B6_cho")),
        ("2 ngày", Duration((Span(Fraction(2), Unit.DAY),))),
        ("70 ngày kể từ S2", Since(Duration((Span(Fraction(70), Unit.DAY),)), "S2")),
        (
            " 10 Ngày làm việc  Kể từ B6_cho",
            Since(Duration((Span(Fraction(10), Unit.WORKING_DAY),)), "B6_cho"),
        ),
    ],
)
def test_a_due_may_lean_on_another_date(text: str, due: object) -> None:
    assert parse_due(text) == due
    assert parse_due(str(due)) == due


@pytest.mark.parametrize("text", ["cùng hạn", "cùng hạn S9 và S10"])
def test_the_same_due_as_names_exactly_one_step(text: str) -> None:
    with pytest.raises(BadDuration, match="đúng một bước"):
        parse_due(text)


@pytest.mark.parametrize(
    "text",
    ["70 ngày kể từ", "kể từ S2", "70 ngày kể từ ngày nhận đơn", "70 ngày kể từ S2 + 1 ngày"],
)
def test_what_is_counted_from_a_step_names_a_time_and_one_step(text: str) -> None:
    with pytest.raises(BadDuration, match="đúng một bước"):
        parse_due(text)


def test_a_time_counted_from_a_step_is_no_term_of_a_procedure() -> None:
    with pytest.raises(BadDuration):
        parse_duration("70 ngày kể từ S2")


def test_alternatives_are_read_in_order() -> None:
    text = "8 giờ làm việc khi kenh == 'online'; 0,5 ngày làm việc"

    assert parse_alternatives(text) == (
        Alternative("kenh == 'online'", "8 giờ làm việc"),
        Alternative(None, "0,5 ngày làm việc"),
    )


def test_semicolons_and_khi_inside_quotes_are_text() -> None:
    text = "“a khi b” khi ghi_chu == 'x; khi y'; 'c khi d'"

    assert parse_alternatives(text) == (
        Alternative("b” khi ghi_chu == 'x; khi y'", "“a"),
        Alternative(None, "'c khi d'"),
    )


def test_a_word_that_begins_like_khi_is_no_condition() -> None:
    assert parse_alternatives("giấy khiếu nại") == (Alternative(None, "giấy khiếu nại"),)


def test_a_blank_text_gives_no_alternatives() -> None:
    assert parse_alternatives("  ") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 ngày; 2 ngày", "đứng cuối"),
        ("1 ngày; 2 ngày khi a", "đứng cuối"),
        ("1 ngày khi a;", "dấu chấm phẩy"),
        ("1 ngày khi ; 2 ngày", "dấu chấm phẩy"),
        ("khi a; 2 ngày", "dấu chấm phẩy"),
        ("1 ngày khi a == 'x; 2 ngày", "dấu nháy"),
    ],
)
def test_alternatives_that_do_not_add_up_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(BadDuration, match=sentence):
        parse_alternatives(text)


def test_the_first_alternative_that_holds_is_chosen() -> None:
    alternatives = parse_alternatives("1 ngày khi a; 2 ngày khi b; 3 ngày")

    assert choose(alternatives, lambda condition: condition == "b") == "2 ngày"
    assert choose(alternatives, lambda _: True) == "1 ngày"
    assert choose(alternatives, lambda _: False) == "3 ngày"


def test_without_a_default_nothing_may_be_chosen() -> None:
    assert choose(parse_alternatives("1 ngày khi a"), lambda _: False) is None


@pytest.mark.parametrize(
    ("number", "text"), [("183/2", "91,5"), ("10", "10"), ("1/3", "0,3333"), ("100", "100")]
)
def test_numbers_are_written_as_vietnamese_write_them(number: str, text: str) -> None:
    assert number_text(Fraction(number)) == text


working = st.sampled_from([Unit.WORKING_DAY, Unit.WORKING_HOUR, Unit.DAY])
fractional = st.builds(Span, st.integers(1, 9_999_000).map(lambda n: Fraction(n, 1000)), working)
whole = st.builds(Span, st.integers(1, 100).map(Fraction), st.sampled_from([Unit.MONTH, Unit.YEAR]))


@given(st.lists(st.one_of(fractional, whole), min_size=1, max_size=4))
def test_a_duration_written_and_read_again_is_the_same(spans: list[Span]) -> None:
    duration = Duration(tuple(spans))

    assert parse_duration(str(duration)) == duration


@given(st.text(max_size=40))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    with contextlib.suppress(BadDuration):
        assert parse_duration(text).spans


@given(st.text(alphabet="a1 khi;'\"", max_size=30))
def test_any_text_gives_alternatives_or_is_refused(text: str) -> None:
    with contextlib.suppress(BadDuration):
        assert all(alternative.value for alternative in parse_alternatives(text))
