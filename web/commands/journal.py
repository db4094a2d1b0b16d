"""`quytrinh journal verify`: whether every line of the journal is what was written."""

from __future__ import annotations

import click

from engine.services import journalling
from web.commands.answers import FINDINGS, answer, json_option
from web.commands.composed import Composed


def _whose(chain: int | None) -> str:
    """The journal a break is in: an anchor's, the system's, or a dossier's (by its id)."""
    if chain is None:
        return "Mốc neo"
    return f"Hồ sơ #{chain}" if chain else "Hệ thống"


@click.group()
def journal() -> None:
    """Nhật ký."""


@journal.command("verify")
@json_option
@click.pass_context
def verify(context: click.Context, as_json: bool) -> None:
    """Kiểm tra chuỗi băm của mọi nhật ký và các mốc neo hằng ngày; chỉ ra chỗ bị sửa."""
    composition: Composed = context.obj
    breaks = journalling.verify(composition.office)
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
    text = "\n".join(f"{_whose(one.chain)}: {one.message}" for one in breaks)
    text = text or "Nhật ký nguyên vẹn."
    answer(document, text, as_json)
    if breaks:
        context.exit(FINDINGS)
