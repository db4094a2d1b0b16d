"""What people type: partial dates, Vietnamese numbers, tidy text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import entries
from forms.partial_dates import BadDate, PartialDate, from_entry, from_stored


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("12/05/1948", "1948-05-12", "12/05/1948"),
        ("2/9/1945", "1945-09-02", "02/09/1945"),
        ("12-5-1948", "1948-05-12", "12/05/1948"),
        ("12.05.1948", "1948-05-12", "12/05/1948"),
        (" 12 / 05 / 1948 ", "1948-05-12", "12/05/1948"),
        ("05/1948", "1948-05", "05/1948"),
        ("1948", "1948", "1948"),
        ("00/05/1948", "1948-05", "05/1948"),
        ("00/00/1948", "1948", "1948"),
        ("?/?/1948", "1948", "1948"),
        ("1948-05-12", "1948-05-12", "12/05/1948"),
        ("1948-05", "1948-05", "05/1948"),
        ("29/02/2024", "2024-02-29", "29/02/2024"),
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str, stored: str, shown: str) -> None:
    day = from_entry(typed)
    assert str(day) == stored
    assert day.shown() == shown
    assert from_stored(stored) == day


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/02/1960", "Tháng 2 năm 1960 không có ngày 31."),
        ("29/02/1900", "Tháng 2 năm 1900 không có ngày 29."),
        ("12/13/1948", "Không có tháng 13."),
        ("12/00/1948", "Có ngày thì phải có tháng."),
        ("12/05/48", "Năm phải ghi đủ bốn chữ số, ví dụ 1948."),
        ("1/1/1700", "Năm phải từ 1800 đến 2200."),
        ("hôm qua", "“hôm qua” không phải là ngày. Hãy nhập ngày/tháng/năm, ví dụ 27/07/1948."),
        ("1/2/3/1948", "“1/2/3/1948” không phải là ngày."),
        ("", "“” không phải là ngày."),
    ],
)
def test_a_date_that_does_not_exist_says_why(typed: str, sentence: str) -> None:
    with pytest.raises(BadDate) as caught:
        from_entry(typed)
    assert str(caught.value).startswith(sentence)


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_a_sentence(typed: str) -> None:
    try:
        day = from_entry(typed)
    except BadDate:
        return
    assert from_entry(day.shown()) == day


@given(st.dates())
def test_every_whole_date_survives(day) -> None:  # type: ignore[no-untyped-def]
    if 1800 <= day.year <= 2200:
        assert str(from_entry(f"{day.day}/{day.month}/{day.year}")) == day.isoformat()


def test_partial_dates_compare_only_where_they_surely_differ() -> None:
    assert PartialDate(1948).before(PartialDate(1949, 1, 1))
    assert not PartialDate(1948).before(PartialDate(1948, 12, 31))
    assert PartialDate(1948, 2).before(PartialDate(1948, 3))
    assert PartialDate(1948, 2).latest().day == 29
    ordered = sorted(
        [PartialDate(1949), PartialDate(1948), PartialDate(1948, 1, 1)], key=PartialDate.sort_key
    )
    assert [str(day) for day in ordered] == ["1948-01-01", "1948", "1949"]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.234,5", 1234.5),
        ("1.234", 1234),
        ("1.234.567", 1234567),
        ("0,5", 0.5),
        ("2.5", 2.5),
        ("0.125", 0.125),
        ("1234.567", 1234.567),
        ("1 234", 1234),
        ("-3", -3),
        ("−3,5", -3.5),
        ("007", 7),
        ("5,0", 5),
    ],
)
def test_a_number_is_read_the_vietnamese_way(typed: str, value: float) -> None:
    number = entries.parse_number(typed)
    assert number == value
    assert isinstance(number, int) == (value == int(value))


@pytest.mark.parametrize(
    "typed", ["", "abc", "1,2,3", "1.23,4", ",5", "5,", "1e5", "nan", "inf", "9" * 50, "٣", "--1"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(entries.BadNumber):
        entries.parse_number(typed)


@given(st.integers(-(10**15), 10**15) | st.floats(-(10**9), 10**9))
def test_a_shown_number_reads_back_as_itself(value: float) -> None:
    value = entries.tidy_number(value)
    shown = entries.show_number(value)
    if len(shown) <= 40:
        assert entries.parse_number(shown) == value


def test_text_is_brought_into_one_form() -> None:
    decomposed = unicodedata.normalize("NFD", "  Nguyễn   Văn \u200bTí\n")
    assert entries.tidy(decomposed) == "Nguyễn Văn Tí"
    assert entries.tidy(" một \r\n hai\r ", lines=True) == "một\n hai"
