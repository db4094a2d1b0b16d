"""What each kind of document says: one class per kind, its fields what the template may read.

Everything is plain text as people read it, so that the stored data of a document stay readable. A
field that is not known is "": templates print dots where a hand can fill it in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast


@dataclass(frozen=True)
class Letterhead:
    """Whose document it is."""

    name: str
    parent: str  # cơ quan chủ quản; "" where none is named (UBND các cấp, bộ)
    place: str  # địa danh
    address: str
    phone: str


@dataclass(frozen=True)
class Applicant:
    name: str
    id_number: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What every document has. `replaces` says which one it stands for now, and why."""

    unit: Letterhead
    replaces: str = ""

    def data(self) -> dict[str, Any]:
        """Plain JSON for the template."""
        return cast(dict[str, Any], json.loads(json.dumps(asdict(self))))  # tuples become lists


@dataclass(frozen=True, kw_only=True)
class OfCase(Paper):
    """What every form on a dossier names."""

    code: str
    procedure: str
    subject: str
    subject_called: str  # “liệt sĩ”
    applicant: Applicant
    look_up: str  # the address in its QR code


@dataclass(frozen=True)
class Handed:
    """A paper of the dossier, and in which shape it came."""

    name: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Receipt(OfCase):
    """Mẫu số 01."""

    round: int  # 1, 2, …: which receipt of the dossier
    desk: str
    officer: str
    channel: str
    papers: tuple[Handed, ...]
    accepted: str
    term: str
    due: str
    expected: bool  # no term is stated: the date is “dự kiến”
    reason: str  # why a new receipt


@dataclass(frozen=True, kw_only=True)
class Supplement(OfCase):
    """Mẫu số 02."""

    received: str
    requests: tuple[str, ...]
    officer: str


@dataclass(frozen=True, kw_only=True)
class Refusal(OfCase):
    """Mẫu số 03."""

    received: str
    reasons: tuple[str, ...]
    officer: str


@dataclass(frozen=True, kw_only=True)
class Apology(OfCase):
    """Mẫu số 04."""

    apology: int  # the row it was written from
    receiver: str
    accepted: str
    due: str
    receipt: int
    reason: str
    new_day: str
    signer_title: str
    signer: str


@dataclass(frozen=True, kw_only=True)
class Stop(OfCase):
    """Mẫu số 05."""

    receiver: str
    received: str
    stopped: str
    withdrawn: bool  # by the applicant
    reason: str
    signer_title: str
    signer: str


@dataclass(frozen=True)
class Step:
    """A line of the trace: who had the dossier, from when to when."""

    name: str
    round: int
    role: str
    unit: str
    person: str
    recorded: bool  # for somebody outside, by the person named
    received: str
    due: str
    finished: str
    standing: str
    late: bool


@dataclass(frozen=True, kw_only=True)
class Trace(OfCase):
    """Mẫu số 06, as far as the dossier has come."""

    until: str
    term: str
    due: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Person:
    """Somebody in an application; partial dates as they were given."""

    name: str
    born: str = ""
    gender: str = ""
    id_number: str = ""
    id_day: str = ""
    id_place: str = ""
    native_place: str = ""
    address: str = ""
    phone: str = ""
    relation: str = ""


@dataclass(frozen=True)
class Martyr:
    name: str
    born: str
    gender: str
    native_place: str
    died: str
    rank: str
    award: str
    decision: str
    decision_day: str
    decided_by: str


@dataclass(frozen=True, kw_only=True)
class Application(Paper):
    """Mẫu số 16, filled in."""

    addressee: str
    request: str  # “cấp đổi”, “cấp lại”
    reason: str
    applicant: Person
    martyr: Martyr
    relatives: tuple[Person, ...]
    signed_at: str
    signed_on: str


# --- letters: written by people, begun from the data ---------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Letter(Paper):
    """Tờ trình, công văn, and whatever else an office draws a template for."""

    to: tuple[str, ...]  # kính gửi
    subject: str  # trích yếu
    body: str  # paragraphs, a line each
    recipients: tuple[str, ...]  # nơi nhận
    signer_title: str
    signer: str


@dataclass(frozen=True, kw_only=True)
class Minutes(Paper):
    """Biên bản."""

    subject: str
    opened: str
    place: str
    attendees: tuple[str, ...]
    chair: str
    secretary: str
    body: str
    ending: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """A part of a letter that is written on its page."""

    name: str
    most: int  # letters
    lines: bool = False  # a list: a line each
    long: bool = False  # paragraphs
    needed: bool = True


_SUBJECT = Written("subject", 300)
_BODY = Written("body", 8000, long=True)
_RECIPIENTS = Written("recipients", 1000, lines=True)

#: What is written by hand, by the class of the document.
PARTS: Mapping[type[Paper], tuple[Written, ...]] = {
    Letter: (
        Written("to", 600, lines=True),
        _SUBJECT,
        _BODY,
        _RECIPIENTS,
        Written("signer_title", 200, long=True),
        Written("signer", 120, needed=False),
    ),
    Minutes: (
        _SUBJECT,
        Written("opened", 120),
        Written("place", 200),
        Written("attendees", 3000, lines=True),
        Written("chair", 120),
        Written("secretary", 120),
        _BODY,
        Written("ending", 600, long=True),
        _RECIPIENTS,
    ),
}

#: What the issuing adds; "" while there is none.
UNNUMBERED: Mapping[str, object] = {"sign": "", "day": "", "month": "", "year": ""}
