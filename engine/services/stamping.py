"""What a signature shows on a document, and where: in the box that its template marks."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.clock import ZONE
from engine.domain.errors import TemplateBroken, TemplateLacks
from engine.domain.signatures import Place, Stamp
from engine.persistence.tables import CaseRow, DocumentRow, SigningKeyRow, UnitRow
from engine.services import printing
from engine.services.act import Act
from engine.services.keys import signer

#: The template of the stamp itself, and the label of the box in which documents are signed.
TEMPLATE = "chu-ky-so"
BOX = "signature-box"

#: Between the person's stamp (above) and the unit's (below), in points.
GAP = 2.0

#: Where nothing marks the box: in the empty lower margin, beside each other. In points.
MARGIN, HEIGHT, LEFT, RIGHT = 56.7, 34.0, 85.0, 42.5


def stamp(act: Act, row: DocumentRow, pdf: bytes, key: SigningKeyRow) -> Stamp:
    """The stamp of a person (blue) or of a unit (red) as Nghị định 30/2020, Phụ lục I asks.

    The moment is the act's, to the second, with its zone (ISO 8601).
    """
    seal = key.unit_id is not None
    place = _place(act, row, pdf, seal)
    unit = act.session.get_one(UnitRow, key.unit_id if key.unit_id is not None else row.unit_id)
    at = act.now.astimezone(ZONE)
    lines = [
        ["Cơ quan", unit.name],
        ["Thời gian ký", f"{at:%d/%m/%Y %H:%M:%S} {at.isoformat()[-6:]}"],
    ]
    if not seal:
        lines.insert(0, ["Ký bởi", key.subject])
    data = {"width": place.width, "height": place.height, "seal": seal, "lines": lines}
    return Stamp(place, printing.render(act.app, TEMPLATE, data, act.now).pdf)


def _place(act: Act, row: DocumentRow, pdf: bytes, seal: bool) -> Place:
    """The upper half of the box for the person, the lower for the unit: both can be read."""
    marked = _marked(act, row)
    if marked is None:
        page = signer(act.app).last_page(pdf)
        width = (page.width - LEFT - RIGHT - GAP) / 2
        x = LEFT + (width + GAP if seal else 0)
        return Place(page.page, x, page.height - MARGIN + GAP, width, HEIGHT)
    half = (marked.height - GAP) / 2
    y = marked.y + (half + GAP if seal else 0)
    return Place(marked.page, marked.x, y, marked.width, half)


def _marked(act: Act, row: DocumentRow) -> Place | None:
    """The last box that the document's template marks; None where it marks none, or has changed."""
    try:
        found = printing.places(
            act.app, row.kind, row.data, BOX, row.template_sha256, _pinned(act, row)
        )
    except (TemplateBroken, TemplateLacks):
        return None
    return found[-1] if found else None


def _pinned(act: Act, row: DocumentRow) -> Mapping[str, bytes]:
    if row.case_id is None:
        return {}
    case = act.session.get_one(CaseRow, row.case_id)
    return act.version(case.version_id).templates
