"""`quytrinh journal verify`: whether every line of the journal is what was written."""

from __future__ import annotations

import click

from engine.persistence import journal_store
from web.commands.answers import FINDINGS, answer, json_option
from web.commands.composed import Composed


@click.group()
def journal() -> None:
    """Nhật ký."""


@journal.command("verify")
@json_option
@click.pass_context
def verify(context: click.Context, as_json: bool) -> None:
    """Kiểm tra chuỗi băm của mọi nhật ký và các mốc neo hằng ngày; chỉ ra chỗ bị sửa."""
    composition: Composed = context.obj
    with composition.office.act(None, write=False) as act:
        breaks = journal_store.verify(act.session)
    document = {
        "breaks": [
            {
                "chain": one.chain,
                "number": one.number,
                "day": one.day.isoformat() if one.day else None,
                "message": str(one.message),
            }
            for one in breaks
        ]
    }
    text = "\n".join(str(one.message) for one in breaks) or "Nhật ký nguyên vẹn."
    answer(document, text, as_json)
    if breaks:
        context.exit(FINDINGS)
