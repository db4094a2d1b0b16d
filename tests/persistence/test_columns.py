"""Columns of our own: what was stored by earlier programs is read for ever."""

from __future__ import annotations

import pytest
from sqlalchemy.dialects import sqlite

from engine.persistence.columns import Digest, Packed

SQLITE = sqlite.dialect()

EXPLANATION = {
    "rule": "working_clock",
    "article": "Bộ luật Dân sự 2015, Điều 147 khoản 1",
    "term": "2 ngày làm việc",
    "start": "2026-05-07T03:11:00+00:00",
    "counted": [["2026-05-07", 1, "17/3"]],
    "skipped": [["2026-05-09", "Thứ Bảy", "Chủ nhật"]],
    "notes": [],
}

#: EXPLANATION as the first program packed it. Never to be changed.
PACKED_FIRST = bytes.fromhex(
    "01a36d681a111196a640178718185b191ae20f2953b0cf409e37d737c6e17b5370b622def700"
)


def test_an_explanation_packed_by_the_first_program_is_read() -> None:
    assert Packed().process_result_value(PACKED_FIRST, SQLITE) == EXPLANATION


@pytest.mark.parametrize("value", [EXPLANATION, {}, {"other": "“Ngày” ✓", "n": [1.5, None]}])
def test_packed_values_come_back(value: dict[str, object]) -> None:
    packed = Packed().process_bind_param(value, SQLITE)
    assert packed is not None
    assert Packed().process_result_value(packed, SQLITE) == value


def test_nothing_stays_nothing() -> None:
    assert Packed().process_bind_param(None, SQLITE) is None
    assert Packed().process_result_value(None, SQLITE) is None
    assert Digest().process_bind_param(None, SQLITE) is None


def test_a_digest_is_half_as_long_in_the_table() -> None:
    assert Digest().process_bind_param("ab" * 32, SQLITE) == b"\xab" * 32
    assert Digest().process_result_value(b"\xab" * 32, SQLITE) == "ab" * 32
