"""`quytrinh procedures`: the register of procedures."""

from __future__ import annotations

import click

from engine.domain.brochures import LEGAL_BASIS
from engine.services import catalogue
from engine.services.catalogue import Entry, Standing, Version
from web.commands.answers import answer, json_option, table
from web.commands.composed import Composed

STANDINGS = {
    Standing.CURRENT: "đang áp dụng",
    Standing.COMING: "sẽ áp dụng",
    Standing.ENDED: "hết hiệu lực",
}


@click.command()
@click.option("--search", default="", metavar="TEXT", help="Tên, mã hoặc căn cứ; không cần dấu.")
@click.option("--field", default="", metavar="F", help="Mã lĩnh vực, ví dụ liet-si.")
@json_option
@click.pass_obj
def procedures(composition: Composed, search: str, field: str, as_json: bool) -> None:
    """Sổ thủ tục: lĩnh vực, tên, căn cứ, từng bản, thời hạn, hồ sơ đang giải quyết."""
    app = composition.office
    fields = app.roles.fields
    if field and field not in fields:
        known = ", ".join(fields)
        raise click.BadParameter(
            f"không có lĩnh vực “{field}”. Các lĩnh vực: {known}.", param_hint="--field"
        )
    with app.act(None, write=False) as act:
        found, parts = catalogue.register(act, search, field)
        document = {
            "procedures": [_to_json(one) for one in found],
            "parts": [_part_to_json(one) for one in parts],
        }
        text = _text(found, parts)
    answer(document, text, as_json)


def _text(found: list[Entry], parts: list[Entry]) -> str:
    if not found and not parts:
        return "Không có thủ tục nào khớp."
    blocks = []
    if found:
        head = ("Mã", "Tên", "Lĩnh vực", "Tình trạng", "Bản", "Hiệu lực", "Thời hạn", "Đang làm")
        blocks.append(table(head, [row for one in found for row in _rows(one)]))
    if parts:
        rows = [
            (one.key, one.name, ", ".join(key for key, _ in one.callers) or "chưa thủ tục nào")
            for one in parts
        ]
        blocks.append(table(("Phần dùng chung", "Tên", "Thủ tục gọi"), rows))
    return "\n\n".join([*blocks, f"{len(found)} thủ tục."])


def _rows(one: Entry) -> list[tuple[str, ...]]:
    """A line for each version; what is said once stands in the first."""
    first = (one.key, one.name, one.field_name or "–")
    return [
        (
            *(first if place == 0 else ("", "", "")),
            STANDINGS[version.standing],
            str(version.row.number),
            _period(version),
            version.drawing.legal_term or "dự kiến",
            str(version.open_cases),
        )
        for place, version in enumerate(one.versions)
    ]


def _period(version: Version) -> str:
    ends = version.row.effective_to
    return f"{version.starts:%d/%m/%Y}–" + (f"{ends:%d/%m/%Y}" if ends else "")


def _to_json(one: Entry) -> dict[str, object]:
    return {
        "key": one.key,
        "name": one.name,
        "field": one.field,
        "field_name": one.field_name,
        "status": one.standing,
        "legal_basis": one.shown.brochure.text(LEGAL_BASIS),
        "open_cases": one.open_cases,
        "versions": _versions(one),
    }


def _part_to_json(one: Entry) -> dict[str, object]:
    callers = [key for key, _ in one.callers]
    return {"key": one.key, "name": one.name, "callers": callers, "versions": _versions(one)}


def _versions(one: Entry) -> list[dict[str, object]]:
    return [
        {
            "number": version.row.number,
            "status": version.standing,
            "effective_from": version.starts.isoformat(),
            "effective_to": version.row.effective_to and version.row.effective_to.isoformat(),
            "legal_term": version.drawing.legal_term,
            "expected": version.drawing.legal_term is None,
            "authority_terms": version.drawing.authority_terms,
            "open_cases": version.open_cases,
        }
        for version in one.versions
    ]
