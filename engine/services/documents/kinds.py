"""The kinds of document the house knows: what people call them, which book numbers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.books import Kind as Book
from engine.domain.messages import Message, say


class Group(StrEnum):
    """How a document comes about."""

    FORM = "form"  # made of the dossier's data, issued at once
    LETTER = "letter"  # written, signed by a leader, numbered by the clerk
    MINUTES = "minutes"  # written and signed by those who were there
    LIST = "list"  # of many dossiers: services.listing


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document; `number` is what its form is called, “Mẫu số 01”."""

    id: str
    name: Message
    group: Group
    book: Book | None = None
    letter: str = ""  # short name of the kind of letter in its number
    number: str = ""

    @property
    def written(self) -> bool:
        """Whether people write it."""
        return self.group in (Group.LETTER, Group.MINUTES)

    @property
    def needed(self) -> bool:
        """Whether a step that asks for it is not done without it; others may be printed too."""
        return self.written or self.book is not None


RECEIPT, SUPPLEMENT, REFUSAL, APOLOGY, STOP, TRACE = (f"bm-0{n}" for n in range(1, 7))
APPLICATION = "mau-16"

_FORMS = (
    (RECEIPT, say("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"), Book.RECEIPT),
    (SUPPLEMENT, say("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"), Book.SUPPLEMENT),
    (REFUSAL, say("Phiếu từ chối tiếp nhận giải quyết hồ sơ"), Book.REFUSAL),
    (APOLOGY, say("Văn bản xin lỗi và hẹn lại ngày trả kết quả"), Book.APOLOGY),
    (STOP, say("Thông báo dừng giải quyết hồ sơ"), Book.STOP),
    (TRACE, say("Phiếu kiểm soát quá trình giải quyết hồ sơ"), None),
)

KINDS: Mapping[str, DocumentKind] = {
    kind.id: kind
    for kind in (
        *(
            DocumentKind(key, name, Group.FORM, book, number=f"Mẫu số {key[-2:]}")
            for key, name, book in _FORMS
        ),
        DocumentKind(
            APPLICATION,
            say("Đơn đề nghị cấp đổi Bằng “Tổ quốc ghi công”"),
            Group.FORM,
            number="Mẫu số 16",
        ),
        DocumentKind("mau-83", say("Danh sách đề nghị"), Group.LIST, number="Mẫu số 83"),
        DocumentKind("to-trinh", say("Tờ trình"), Group.LETTER, Book.OUTGOING, "TTr"),
        DocumentKind("cong-van", say("Công văn"), Group.LETTER, Book.OUTGOING),
        DocumentKind("tra-loi", say("Văn bản trả lời"), Group.LETTER, Book.OUTGOING),
        DocumentKind(
            "bien-ban-niem-yet",
            say("Biên bản kết quả niêm yết công khai"),
            Group.MINUTES,
            Book.OUTGOING,
            "BB",
        ),
        DocumentKind("bien-ban-hop", say("Biên bản họp"), Group.MINUTES, Book.OUTGOING, "BB"),
    )
}


def kind_of(name: str) -> DocumentKind:
    """A kind by its template; one that an office drew itself is a letter."""
    return KINDS.get(name) or DocumentKind(
        name, Message("%(name)s", {"name": name}), Group.LETTER, Book.OUTGOING
    )
