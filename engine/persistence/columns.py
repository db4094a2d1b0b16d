"""What every table shares: the declarative base, names of constraints, the column of moments."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from engine.domain.errors import NaiveMoment


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; naive ones are refused. SQLite forgets zones: we add it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment()
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Digest(TypeDecorator[str]):
    """A hash: hexadecimal in the program, half as long as bytes in the table."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else bytes(value).hex()


class Packed(TypeDecorator[dict[str, Any]]):
    """JSON that is shown but never searched, compressed: explanations of dates are much alike.

    The first byte is the number of the dictionary they were packed with.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        if value is None:
            return None
        packer = zlib.compressobj(wbits=-15, zdict=_DICTIONARIES[_LATEST])
        return bytes([_LATEST]) + packer.compress(to_json(value).encode()) + packer.flush()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002
        if value is None:
            return None
        unpacker = zlib.decompressobj(wbits=-15, zdict=_DICTIONARIES[value[0]])
        unpacked: dict[str, Any] = json.loads(unpacker.decompress(value[1:]))
        return unpacked


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json(value: object) -> str:
    """JSON as it is stored: letters as they are, half the size of escaped Vietnamese."""
    return _ENCODER.encode(value)


#: What explanations consist of, the most frequent last. A number's text never changes: rows packed
#: with it must be read for ever; better ones get the next number.
_DICTIONARIES = {
    1: (
        '{"template":"Năm %(year)s chưa được ký duyệt trong lịch làm việc.","params":{"year":2027}}'
        '"Nghỉ bù Giỗ Tổ Hùng Vương""Ngày Chiến thắng 30/4","Ngày Quốc tế Lao động 1/5"'
        '"Tết Nguyên đán""Tết Dương lịch""Quốc khánh""theo giấy hẹn""cùng hạn ""tháng"'
        '{"rule":"legal_count","article":"Bộ luật Dân sự 2015, Điều 147, Điều 148","term":"56 '
        'ngày làm việc","start":"2026-03-02T01:00:00+00:00","due":"2026-05-22T10:00:00+00:00",'
        '"counted":[["2026-03-03",4],["2026-03-09",5],["2026-03-16",5]],"skipped":[["2026-03-07",'
        '"Thứ Bảy","Chủ nhật"],["2026-03-14","Thứ Bảy","Chủ nhật"]],"notes":[{"template":"Bộ luật '
        "Dân sự tính đến 24 giờ của ngày cuối cùng (Điều 148 khoản 6); cơ quan đóng cửa lúc "
        '%(closing)s.","params":{"closing":"17:00"}}]}'
        '{"rule":"working_clock","article":"Bộ luật Dân sự 2015, Điều 147 khoản 1","term":"0,5 '
        'ngày làm việc","start":"2026-03-02T01:00:00+00:00","due":"2026-03-04T01:00:00+00:00",'
        '"counted":[["2026-03-02",1,"15/2"],["2026-03-03",1,"8"],["2026-03-04",1,"1/2"]],'
        '"skipped":[["2026-03-07","Thứ Bảy","Chủ nhật"]],"notes":[]}'
    ).encode(),
}
_LATEST = 1


def prefixed(length: int) -> String:
    """Text searched by its beginning: compared byte by byte, so that an index range serves it.

    SQLite compares so by default; PostgreSQL only under the collation "C".
    """
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: Moment(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }
