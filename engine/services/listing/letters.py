"""What the two documents of a list say: the letter (công văn), and the list that goes with it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.adapters.list_workbook import Head, workbook
from engine.domain.dossier_lists import KINDS
from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.domain.states import DocumentState
from engine.persistence import dossier_lists
from engine.persistence.tables import DocumentRow, DossierListRow, UnitRow, UserRow
from engine.services import documents
from engine.services.act import Act
from engine.services.documents import Wanted
from engine.services.documents.kinds import kind_of

LETTER = "cong-van"

#: What stands in the letter for the number of dossiers, which may change until it is issued.
NUMBER = "{so_ho_so}"

#: What a letter says to begin with; official papers are in Vietnamese whoever reads the pages.
BODY = (
    "Căn cứ Điều 23 Nghị định số 131/2021/NĐ-CP ngày 30 tháng 12 năm 2021 của Chính phủ quy định "
    "chi tiết và biện pháp thi hành Pháp lệnh Ưu đãi người có công với cách mạng, {don_vi} đã thẩm "
    "tra và đề nghị Bộ Nội vụ xem xét, trình cấp có thẩm quyền cấp đổi Bằng “Tổ quốc ghi công” đối "
    "với {so_ho_so} liệt sĩ theo danh sách Mẫu số 83 kèm theo.\n"
    "Gửi kèm công văn này: hồ sơ và bằng gốc của từng liệt sĩ trong danh sách."
)
TABLE_TITLE = "DANH SÁCH ĐỀ NGHỊ CẤP ĐỔI BẰNG “TỔ QUỐC GHI CÔNG”"

#: The parts of a letter that are written, with how many letters each may have.
PARTS: Mapping[str, int] = {
    "addressees": 300,
    "subject": 300,
    "body": 4000,
    "recipients": 1000,
    "signer_title": 200,
}


def first_draft(act: Act, unit_id: int) -> dict[str, str]:
    """The letter as it begins; people write on from there."""
    unit = act.session.get_one(UnitRow, unit_id)
    return {
        "addressees": "Bộ Nội vụ",
        "subject": "đề nghị cấp đổi Bằng “Tổ quốc ghi công”",
        "body": BODY.replace("{don_vi}", unit.name),
        "recipients": "Như trên\nLưu: VT, hồ sơ",
        "signer_title": "GIÁM ĐỐC",
    }


def checked(letter: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """A letter as written. Raises Misuse for a part that is missing or too long."""
    found = dict(before)
    for part, most in PARTS.items():
        said = "\n".join(line.strip() for line in letter.get(part, "").strip().splitlines())
        if len(said) > most:
            raise Misuse(say("Phần văn bản này dài quá %(most)s ký tự.", most=most))
        if not said:
            raise Misuse(say("Văn bản phải có nơi gửi, trích yếu, nội dung, nơi nhận, người ký."))
        found[part] = said
    return found


def letter_data(act: Act, row: DossierListRow, number: int) -> dict[str, object]:
    """What the letter's template is given."""
    return {
        **_frame(act, row),
        "subject": row.letter["subject"],
        "to": row.letter["addressees"].splitlines(),
        "replaces": "",
        "body": row.letter["body"].replace(NUMBER, f"{number:02d}"),
        "recipients": row.letter["recipients"].splitlines(),
    }


def list_data(act: Act, row: DossierListRow) -> dict[str, object]:
    """What the list's template is given; the letter's number once it has one."""
    kind = KINDS[row.kind]
    cases = dossier_lists.cases_of(act.session, row.id)
    rows = [
        [kind.row(cases[one.case_id].data, one.row)[column.key] for column in kind.columns]
        for one in dossier_lists.members(act.session, row.id)
    ]
    return {
        **_frame(act, row),
        "title": row.title,
        "rows": rows,
        "replaces": "",
        "letter": {"sign": "", "day": "", "month": "", "year": ""},
    }


def letter_title(row: DossierListRow) -> str:
    """What the letter is called in books and lists: its kind and what it is about."""
    return f"{kind_of(LETTER).name} {row.letter['subject']}"


def keep_drafts(act: Act, row: DossierListRow, number: int) -> list[DocumentRow]:
    """Makes the drafts of both documents, or has them say what the list says now."""
    said = {
        LETTER: (letter_title(row), letter_data(act, row, number)),
        row.kind: (row.title, list_data(act, row)),
    }
    standing = drafts(act, row)
    for kind, (title, data) in said.items():
        if kind in standing:
            standing[kind].title, standing[kind].data = title, data
        else:
            wanted = Wanted(kind=kind, title=title, unit_id=row.unit_id, data=data, list_id=row.id)
            standing[kind] = documents.draft(act, wanted)
    return list(standing.values())


def drafts(act: Act, row: DossierListRow) -> dict[str, DocumentRow]:
    """The documents of a list that are not issued yet, by their kind."""
    waiting = (DocumentState.DRAFT, DocumentState.SIGNED)
    found = dossier_lists.documents_of(act.session, row.id)
    return {document.kind: document for document in found if document.state in waiting}


def sheet_of(act: Act, row: DossierListRow, data: Mapping[str, object]) -> bytes:
    """The list as a workbook: the columns and the head of the source, nothing else."""
    kind = KINDS[row.kind]
    unit = act.session.get_one(UnitRow, row.unit_id)
    parent = act.session.get(UnitRow, unit.parent_id) if unit.parent_id else None
    letter = data["letter"]
    rows = data["rows"]
    if not isinstance(letter, Mapping) or not isinstance(rows, list):
        raise TypeError(data.keys())
    said = {
        "sign": letter["sign"] or "…",
        "day": _two(letter["day"], 10),
        "month": _two(letter["month"], 3),
        "year": letter["year"] or "…",
    }
    attached = (
        f"(Kèm theo công văn số {said['sign']} ngày {said['day']} tháng {said['month']} "
        f"năm {said['year']} của {unit.name})"
    )
    head = Head(
        parent=(parent.name if parent else "").upper(),
        unit=unit.name.upper(),
        title=TABLE_TITLE,
        attached=attached,
        place=unit.place,
        signer_title=str(data["signer_title"]),
        signer=str(data["signer"]),
        day=said["day"],
        month=said["month"],
        year=str(said["year"]),
    )
    return workbook(head, [str(column.title) for column in kind.columns], rows)


def _two(number: object, below: int) -> str:
    """A day or month with its zero, as letters write it: days below 10, months below 3."""
    if not isinstance(number, int):
        return "…"
    return f"{number:02d}" if number < below else str(number)


def _frame(act: Act, row: DossierListRow) -> dict[str, object]:
    """What every document has: the letterhead, no number yet, who signs."""
    unit = act.session.get_one(UnitRow, row.unit_id)
    parent = act.session.get(UnitRow, unit.parent_id) if unit.parent_id else None
    signer = act.session.get(UserRow, row.signed_by_id) if row.signed_by_id else None
    return {
        "unit": {
            "name": unit.name,
            "parent": parent.name if parent else "",
            "place": unit.place,
            "address": unit.address,
            "phone": unit.phone,
        },
        "sign": "",
        "day": "",
        "month": "",
        "year": "",
        "signer_title": row.letter["signer_title"],
        "signer": signer.full_name if signer else "",
    }
