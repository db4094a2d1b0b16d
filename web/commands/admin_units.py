"""`quytrinh admin unit`: adding, editing, closing and listing units."""

from __future__ import annotations

from dataclasses import replace

import click

from engine.services import units
from engine.services.units import UnitFacts
from web.commands.answers import answer, json_option, table
from web.commands.composed import Composed


@click.group()
def unit() -> None:
    """Đơn vị."""


_sign = click.option("--sign", help="Ký hiệu trong số văn bản, ví dụ UBND.")
_place = click.option("--place", help="Địa danh trước ngày tháng.")
_address = click.option("--address", help="Địa chỉ.")
_phone = click.option("--phone", help="Điện thoại.")


@unit.command("list")
@click.option("--closed", is_flag=True, help="Kể cả đơn vị đã ngừng hoạt động.")
@json_option
@click.pass_obj
def list_(composition: Composed, closed: bool, as_json: bool) -> None:
    """Liệt kê các đơn vị."""
    with composition.office.act(None, write=False) as act:
        codes = {row.id: row.code for row in units.listed(act)}
        rows = [row for row in units.listed(act) if closed or not row.closed]
        document = [
            {
                "code": row.code,
                "name": row.name,
                "kind": row.kind,
                "parent": codes.get(row.parent_id or 0),
                "closed": row.closed,
            }
            for row in rows
        ]
        text = table(
            ("Mã", "Tên", "Loại", "Cấp trên"),
            [
                (r.code, r.name + (" (đã ngừng)" if r.closed else ""), r.kind,
                 codes.get(r.parent_id or 0, ""))
                for r in rows
            ],
        )  # fmt: skip
    answer(document, text, as_json)


@unit.command("add")
@click.argument("code")
@click.option("--name", required=True, help="Tên đơn vị.")
@click.option("--kind", required=True, help="Loại cơ quan, ví dụ ubnd-cap-xa.")
@click.option("--parent", help="Mã đơn vị cấp trên.")
@_sign
@_place
@_address
@_phone
@json_option
@click.pass_obj
def add(
    composition: Composed, code: str, name: str, kind: str, parent: str | None, as_json: bool,
    **told: str | None,
) -> None:  # fmt: skip
    """Thêm đơn vị mang mã CODE."""
    with composition.office.act(None) as act:
        above = units.with_code(act, parent).id if parent else None
        texts = {key: value for key, value in told.items() if value is not None}
        row = units.add(act, code, UnitFacts(name, kind, above, **texts))
        document = {"id": row.id, "code": row.code, "name": row.name}
    answer(document, f"Đã thêm {document['name']} ({code}).", as_json)


@unit.command("edit")
@click.argument("code")
@click.option("--name", help="Tên mới.")
@click.option("--kind", help="Loại mới, khi chưa giao chức danh nào.")
@click.option("--parent", help="Mã đơn vị cấp trên; “-”: không có.")
@_sign
@_place
@_address
@_phone
@json_option
@click.pass_obj
def edit(
    composition: Composed, code: str, parent: str | None, as_json: bool, **told: str | None
) -> None:
    """Sửa đơn vị mang mã CODE: chỉ những gì được nêu."""
    with composition.office.act(None) as act:
        row = units.with_code(act, code)
        said = {key: value for key, value in told.items() if value is not None}
        facts = replace(UnitFacts.of(row), **said)
        if parent is not None:
            above = None if parent == "-" else units.with_code(act, parent).id
            facts = replace(facts, parent_id=above)
        changed = units.edit(act, row.id, facts)
    fields = ", ".join(str(units.FIELDS[name][0]) for name in changed)
    text = f"Đã sửa {fields}." if changed else "Không có gì thay đổi."
    answer({"code": code, "changed": changed}, text, as_json)


@unit.command("close")
@click.argument("code")
@click.option("--reason", required=True, help="Lý do, văn bản.")
@click.option("--end-posts", is_flag=True, help="Thôi giao mọi chức danh ở đó từ hôm nay.")
@json_option
@click.pass_obj
def close(composition: Composed, code: str, reason: str, end_posts: bool, as_json: bool) -> None:
    """Ngừng hoạt động đơn vị mang mã CODE."""
    with composition.office.act(None) as act:
        name = units.close(act, units.with_code(act, code).id, reason, end_posts=end_posts).name
    answer({"code": code, "closed": True}, f"{name} đã ngừng hoạt động.", as_json)


@unit.command("reopen")
@click.argument("code")
@json_option
@click.pass_obj
def reopen(composition: Composed, code: str, as_json: bool) -> None:
    """Cho đơn vị mang mã CODE hoạt động trở lại."""
    with composition.office.act(None) as act:
        name = units.reopen(act, units.with_code(act, code).id).name
    answer({"code": code, "closed": False}, f"{name} hoạt động trở lại.", as_json)
