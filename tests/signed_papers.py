"""Documents to be signed, and the keys to sign them with: a demo authority's, of the town."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.adapters.demo_authority import DemoAuthority
from engine.persistence.tables import DocumentRow, SigningKeyRow
from engine.services import documents, keys
from engine.services.documents import Wanted
from engine.services.keys import Owner
from tests.factories import MONDAY, World

PASSPHRASE = "mat-khau-cua-tep"

#: What a công văn says.
LETTER = {
    "unit": {
        "name": "Ủy ban nhân dân xã An Phú",
        "parent": "",
        "place": "An Phú",
        "address": "Thôn Đình, xã An Phú",
        "phone": "0204 3 855 001",
    },
    "replaces": "",
    "subject": "đề nghị cấp đổi Bằng “Tổ quốc ghi công”",
    "to": ["Sở Nội vụ tỉnh Sông Hồng"],
    "body": "Ủy ban nhân dân xã An Phú đề nghị Sở Nội vụ xem xét hồ sơ của bà Nguyễn Thị Mừng.",
    "recipients": ["Như trên", "Lưu: VT"],
    "signer_title": "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
    "signer": "Dung",
}


@dataclass
class Safe:
    """The town's authority and what it has issued."""

    town: World
    authority: DemoAuthority

    def file(self, name: str, unit: str = "UBND xã An Phú", ends: datetime | None = None) -> bytes:
        """A PKCS#12 file under PASSPHRASE."""
        return self.authority.issue(name, unit, PASSPHRASE, ends)

    def give(
        self, user: str = "", unit: str = "", name: str = "", ends: datetime | None = None
    ) -> SigningKeyRow:
        """A certificate for somebody of the town, or for a unit."""
        owner = Owner(self.town.users.get(user), self.town.units.get(unit))
        with self.town.act("uyen") as act:
            name = name or (user.title() if user else "Ủy ban nhân dân xã An Phú")
            return keys.add_file(act, owner, self.file(name, ends=ends), PASSPHRASE)


def safe(town: World, at: datetime = MONDAY) -> Safe:
    """A new authority, trusted by the town."""
    authority = DemoAuthority(at)
    authority.publish(town.app.settings.keys_dir)
    return Safe(town, authority)


def letter(
    town: World,
    case_id: int | None = None,
    signer: str | None = "dung",
    issue: bool = True,
    title: str = "Công văn đề nghị cấp đổi bằng",
    **said: object,
) -> int:
    """A letter of An Phú, issued by its clerk; its id."""
    with town.act("giang") as act:
        wanted = Wanted(
            kind="cong-van",
            title=title,
            unit_id=town.units["ap"],
            data={**LETTER, **said},
            case_id=case_id,
            signer_id=town.users[signer] if signer else None,
        )
        row = documents.draft(act, wanted)
        if issue:
            documents.issue(act, row, None)
        return row.id


def document(town: World, document_id: int) -> DocumentRow:
    with town.act(write=False) as act:
        return act.session.get_one(DocumentRow, document_id)


def content(town: World, document_id: int) -> bytes:
    """The PDF as it is now."""
    return town.app.ports.files.read(document(town, document_id).pdf_sha256 or "")


A_DAY = timedelta(days=1)
