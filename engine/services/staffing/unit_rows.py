"""The sheet of units: each row checked and compared with the unit that is there."""

from __future__ import annotations

from collections.abc import Sequence

from engine.domain.folding import fold
from engine.domain.messages import Message, say
from engine.services import units
from engine.services.organising import CODE
from engine.services.staffing.cells import Reader
from engine.services.staffing.columns import Line, nearest
from engine.services.staffing.plans import Change, Fate, Plan, There, UnitEntry

TEXTS = ("name", "sign", "place", "address", "phone")


def plan(made: Plan, there: There, lines: Sequence[Line]) -> None:
    """Adds an entry to the plan for each row that can be read, and every problem."""
    seen: dict[str, Line] = {}
    for line in lines:
        reader = Reader(line, made.problems)
        code = reader.text("code", 40).lower()
        if not code:
            reader.wrong("code", say("Thiếu mã đơn vị."))
            continue
        if code in seen:
            reader.wrong(
                "code", say("Mã “%(code)s” đã có ở dòng %(row)s.", code=code, row=seen[code].number)
            )
            continue
        seen[code] = line
        made.units.append(_entry(reader, code, there))
    codes = {one.code for one in made.units}
    for entry in made.units:
        _check_parent(entry, there, codes, made)
    _refuse_cycles(made, there)


def _entry(reader: Reader, code: str, there: There) -> UnitEntry:
    row = there.units.get(code)
    if row is None and not CODE.fullmatch(code):
        likely = fold(code).replace(" ", "").replace("-", "").replace("_", "").replace(".", "")
        reader.wrong(
            "code",
            say(
                "Mã “%(code)s” phải gồm chữ thường không dấu và chữ số, không quá 20 ký tự, "
                "ví dụ %(likely)s.",
                code=code,
                likely=likely[:20] if CODE.fullmatch(likely[:20]) else "xaanphu",
            ),
        )
    if row is not None and row.closed:
        reader.wrong("code", say("%(unit)s đã ngừng hoạt động.", unit=row.name))
    longest = {name: limit for name, (_, limit) in units.FIELDS.items()}
    values = {name: reader.text(name, longest[name]) for name in TEXTS if name != "phone"}
    values["phone"] = reader.phone("phone")
    values["kind"] = _kind(reader, there)
    values["parent"] = reader.text("parent", 40).lower()
    if row is None:
        if not values["name"]:
            reader.wrong("name", say("Đơn vị mới cần có tên."))
        if not values["kind"] and not reader.text("kind"):
            reader.wrong("kind", say("Đơn vị mới cần có loại."))
    values = {name: value for name, value in values.items() if value}
    changes = () if row is None else _changes(reader, code, values, there)
    fate = Fate.ADDED if row is None else Fate.CHANGED if changes else Fate.SAME
    name = values.get("name") or (row.name if row else code)
    return UnitEntry(reader.line, fate, f"{name} ({code})", changes, code=code, values=values)


def _kind(reader: Reader, there: There) -> str:
    """The kind of unit that a cell names; empty with a problem noted, or when it is empty."""
    text = reader.text("kind")
    if not text:
        return ""
    named = {fold(name): kind for kind, name in there.roles.authorities.items()}
    kind = text if text in there.roles.authorities else named.get(fold(text))
    if kind is not None:
        return kind
    close = nearest(text, there.roles.authorities.values())
    if close:
        reader.wrong(
            "kind",
            say("Không có loại đơn vị “%(text)s”. Có phải “%(name)s”?", text=text, name=close[0]),
        )
    else:
        reader.wrong(
            "kind",
            say(
                "Không có loại đơn vị “%(text)s”: hãy chọn trong danh sách của tệp mẫu.", text=text
            ),
        )
    return ""


def _changes(reader: Reader, code: str, values: dict[str, str], there: There) -> tuple[Change, ...]:
    row = there.units[code]
    found = []
    for name, value in values.items():
        before = there.codes.get(row.parent_id or 0, "") if name == "parent" else getattr(row, name)
        if before == value:
            continue
        if name == "kind" and code in there.ever_posted:
            reader.wrong(
                "kind",
                say(
                    "Không đổi được loại của %(unit)s vì đã có chức danh giao ở đó. Hãy thêm một "
                    "đơn vị mới.",
                    unit=row.name,
                ),
            )
        field = "parent_id" if name == "parent" else name
        authorities = there.roles.authorities
        shown = [authorities.get(one, one) if name == "kind" else one for one in (before, value)]
        found.append(Change(_label(field), *shown))
    return tuple(found)


def _label(name: str) -> Message:
    return units.FIELDS[name][0]


def _check_parent(entry: UnitEntry, there: There, codes: set[str], made: Plan) -> None:
    parent = entry.values.get("parent")
    if not parent:
        return
    row = there.units.get(parent)
    if row is None and parent not in codes:
        close = nearest(parent, [*there.units, *codes])
        message = (
            say("Không có đơn vị mã “%(code)s”. Có phải “%(near)s”?", code=parent, near=close[0])
            if close
            else say("Không có đơn vị mã “%(code)s”, cả trong trang này.", code=parent)
        )
        made.problems.append(entry.line.problem("parent", message))
    elif row is not None and row.closed:
        message = say("%(unit)s đã ngừng hoạt động.", unit=row.name)
        made.problems.append(entry.line.problem("parent", message))


def _refuse_cycles(made: Plan, there: There) -> None:
    """No unit may stand above itself, by the file or together with what is there."""
    above = {code: there.codes.get(row.parent_id or 0, "") for code, row in there.units.items()}
    above |= {one.code: one.values["parent"] for one in made.units if one.values.get("parent")}
    for entry in made.units:
        way, here = [entry.code], above.get(entry.code, "")
        while here and here not in way:
            way.append(here)
            here = above.get(here, "")
        if here == entry.code:
            circle = " → ".join([*way, entry.code])
            message = say(
                "Đơn vị trực thuộc vòng tròn: %(circle)s. Hãy sửa mã cấp trên.", circle=circle
            )
            made.problems.append(entry.line.problem("parent", message))
